-- Carries to HTML and Typst what pandoc's writers drop: text alternatives, row heads, scrolling tables, boxes.

local function inlines_as_typst(inlines)
  return (pandoc.write(pandoc.Pandoc({pandoc.Plain(inlines)}), 'typst'):gsub('%s+$', ''))
end

local function quoted(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"') .. '"'
end

local function only_image(figure)
  local block = figure.content[1]
  local image = block and block.content and block.content[1]
  return image and image.t == 'Image' and image or nil
end

function Figure(figure)
  local image = only_image(figure)
  if image == nil or FORMAT ~= 'typst' then return nil end
  local caption = inlines_as_typst(pandoc.utils.blocks_to_inlines(figure.caption.long))
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  return pandoc.RawBlock('typst', '#figure(image(' .. quoted(image.src) .. ', width: 100%, alt: '
    .. quoted(alt) .. '), kind: image, caption: [' .. caption .. '])')
end

-- The first column names its row. A wide table scrolls by itself; for that it must be reachable by keyboard.
function Table(tbl)
  for _, body in ipairs(tbl.bodies) do body.row_head_columns = 1 end
  if FORMAT:match('html') then
    local name = pandoc.utils.stringify(tbl.caption.long)
    -- A list of pairs: the order of a Lua table's keys is another one in each run.
    local attributes = {{'tabindex', '0'}, {'role', 'region'}, {'aria-label', name}}
    return pandoc.Div({tbl}, pandoc.Attr('', {'scroll'}, attributes))
  end
  return tbl
end

function Div(div)
  if FORMAT ~= 'typst' then return nil end
  for _, class in ipairs({'note', 'commentary', 'box', 'headlines', 'whole'}) do
    if div.classes:includes(class) then
      local blocks = pandoc.List({pandoc.RawBlock('typst', '#' .. class .. '[')})
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock('typst', ']'))
      return blocks
    end
  end
end
