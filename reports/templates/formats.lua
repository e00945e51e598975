-- A report in all its formats from one reading of its Markdown: reading is what takes pandoc longest.
-- Gives a JSON object, {"html": …, "typst": …}. Carries to both what pandoc's writers drop: text alternatives,
-- row heads, scrolling tables, boxes.

local BOXES = {'note', 'commentary', 'box', 'headlines', 'whole'}
local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)

local function template(name)
  local file = assert(io.open(pandoc.path.join({folder, name})))
  local text = file:read('a')
  file:close()
  return pandoc.template.compile(text)
end

-- The first column names its row.
local function with_row_heads(tbl)
  for _, body in ipairs(tbl.bodies) do body.row_head_columns = 1 end
  return tbl
end

-- A wide table scrolls by itself; for that it must be reachable by keyboard.
local function scrolling(tbl)
  local name = pandoc.utils.stringify(tbl.caption.long)
  -- A list of pairs: the order of a Lua table's keys is another one in each run.
  local attributes = {{'tabindex', '0'}, {'role', 'region'}, {'aria-label', name}}
  return pandoc.Div({with_row_heads(tbl)}, pandoc.Attr('', {'scroll'}, attributes))
end

-- The page's title is the only heading of the first level.
local function one_level_down(header)
  header.level = header.level + 1
  return header
end

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

local function figure_with_alternative(figure)
  local image = only_image(figure)
  if image == nil then return nil end
  local caption = inlines_as_typst(pandoc.utils.blocks_to_inlines(figure.caption.long))
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  return pandoc.RawBlock('typst', '#figure(image(' .. quoted(image.src) .. ', width: 100%, alt: '
    .. quoted(alt) .. '), kind: image, caption: [' .. caption .. '])')
end

local function boxed(div)
  for _, class in ipairs(BOXES) do
    if div.classes:includes(class) then
      local blocks = pandoc.List({pandoc.RawBlock('typst', '#' .. class .. '[')})
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock('typst', ']'))
      return blocks
    end
  end
end

local function html(doc)
  return pandoc.write(doc:walk({Table = scrolling, Header = one_level_down}), 'html5', {
    template = template('page.html'),
    table_of_contents = true,
    toc_depth = 2,
    section_divs = true,
    wrap_text = 'none',
  })
end

local function typst(doc)
  local filter = {Table = with_row_heads, Figure = figure_with_alternative, Div = boxed}
  return pandoc.write(doc:walk(filter), 'typst', {
    template = template('page.typ'),
    columns = 30,
    wrap_text = 'none',
  })
end

function Writer(doc)
  return pandoc.json.encode({html = html(doc), typst = typst(doc)})
end
