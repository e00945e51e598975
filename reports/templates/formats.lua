-- Reports in all their formats, each from one reading of its Markdown. Run by `pandoc lua`: for each line that comes in, a
-- JSON object {"markdown": …, "reading": …, "language": …, "media": …}, a line goes out, {"html": …, "typst": …} or
-- {"error": …}. `media` is a folder in which the reference document and the figures (PNG) lie; `report.docx` is written
-- into it. Without it there is no Word document. Carries to all what pandoc's writers drop: text alternatives, row
-- heads, scrolling tables, boxes, captions that count themselves.

local BOXES = {'note', 'commentary', 'box', 'headlines', 'whole'}
-- The same boxes as paragraph styles of Word; the others need none.
local WORD_STYLES = {note = 'Note', commentary = 'Commentary', box = 'Box'}
local folder = pandoc.path.directory(arg[0])

local function content(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('a')
  file:close()
  return text
end

local function template(name)
  return pandoc.template.compile(content(pandoc.path.join({folder, name})))
end

local PAGE, PRINTED = template('page.html'), template('page.typ')

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

-- On a small screen a figure scrolls by itself too.
local function reachable(figure)
  figure.attributes.tabindex = '0'
  return figure
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
  return pandoc.RawBlock('typst', '#figure(image(' .. quoted(image.src) .. ', width: ' .. (image.attributes.width or '100%') .. ', alt: '
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
  return pandoc.write(doc:walk({Table = scrolling, Figure = reachable, Header = one_level_down}), 'html5', {
    template = PAGE,
    table_of_contents = true,
    toc_depth = 2,
    section_divs = true,
    wrap_text = 'none',
  })
end

local function typst(doc)
  local filter = {Table = with_row_heads, Figure = figure_with_alternative, Div = boxed}
  return pandoc.write(doc:walk(filter), 'typst', {
    template = PRINTED,
    columns = 30,
    wrap_text = 'none',
  })
end

-- Word: its own styles, so that the evaluator can edit on.

local function styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr('', {}, {['custom-style'] = style}))
end

local function styled_box(div)
  for class, style in pairs(WORD_STYLES) do
    if div.classes:includes(class) then return styled(style, div.content) end
  end
end

local function openxml(text)
  return pandoc.RawInline('openxml', text)
end

-- What a caption's label is called where it is referred to; the underscore hides it from the list of bookmarks.
local function bookmark(identifier)
  return '_Ref_' .. identifier:gsub('%-', '_')
end

-- A label, and its bookmark around all but its full stop, which a reference does not repeat.
local function marked(label, identifier)
  if identifier == '' then return {pandoc.Strong(label)} end
  local last = label:remove()
  local text = last.text:gsub('%.$', '')
  if text ~= '' then label:insert(pandoc.Str(text)) end
  local id = '9000' .. identifier:match('%d+')
  local begin = '<w:bookmarkStart w:id="' .. id .. '" w:name="' .. bookmark(identifier) .. '"/>'
  local stop = text ~= last.text and pandoc.Str('.') or pandoc.Str('')
  return {openxml(begin), pandoc.Strong(label), openxml('<w:bookmarkEnd w:id="' .. id .. '"/>'), pandoc.Strong({stop})}
end

-- A caption's number is a field: Word counts anew when a table or figure is put in or taken out.
local function counting(caption, sequence, identifier)
  local function counted(str)
    local before, number, after = str.text:match('^(.-)(%d+)(.*)$')
    if number == nil then return {str} end
    local field = '<w:fldSimple w:instr=" SEQ ' .. sequence .. ' \\* ARABIC "><w:r><w:rPr><w:b/></w:rPr><w:t>' .. number
      .. '</w:t></w:r></w:fldSimple>'
    return {pandoc.Str(before), openxml(field), pandoc.Str(after)}
  end
  local long = caption.long:walk({
    Strong = function(strong)
      return marked(strong:walk({Str = counted}).content, identifier)
    end,
  })
  return {long = long, short = caption.short}
end

-- A reference to a caption is a field too: it follows the number.
local function referring(link)
  local identifier = link.target:match('^#(table%-%d+)$')
  if identifier == nil then return nil end
  local begin = '<w:fldSimple w:instr=" REF ' .. bookmark(identifier) .. ' \\h "><w:r><w:t xml:space="preserve">'
  return openxml(begin .. pandoc.utils.stringify(link) .. '</w:t></w:r></w:fldSimple>')
end

local function picture(image, media)
  local name = image.src:gsub('%.svg$', '.png')
  pandoc.mediabag.insert(name, 'image/png', content(pandoc.path.join({media, name})))
  local alternative = image.attributes.alt or pandoc.utils.stringify(image.caption)
  return pandoc.Image(alternative, name, '', {width = '16cm'})
end

local function title_block(meta)
  local blocks = pandoc.List()
  local function add(style, inlines)
    if inlines and #inlines > 0 then blocks:insert(styled(style, {pandoc.Para(inlines)})) end
  end
  add('Mark', meta.mark)
  for _, fact in ipairs(meta.facts or {}) do
    local line = pandoc.Inlines(fact.name)
    line:extend({pandoc.Str(': '), pandoc.Strong(fact.value)})
    add('Fact', line)
  end
  add('Banner', meta.banner)
  return blocks
end

local function xml(text)
  return (text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;'):gsub('"', '&quot;'))
end

local function paragraph(style, inner)
  return '<w:p><w:pPr><w:pStyle w:val="' .. style .. '"/></w:pPr>' .. inner .. '</w:p>'
end

local function run(inner)
  return '<w:r>' .. inner .. '</w:r>'
end

local function field_char(kind)
  return run('<w:fldChar w:fldCharType="' .. kind .. '"/>')
end

-- A field that Word fills in with page numbers when asked to; the headings stand in it from the start.
local function contents(doc)
  local begin = field_char('begin') .. run('<w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText>')
    .. field_char('separate')
  local lines = pandoc.List()
  for _, header in ipairs(doc.blocks:filter(function(block) return block.t == 'Header' end)) do
    if header.level <= 2 then
      local text = run('<w:t>' .. xml(pandoc.utils.stringify(header)) .. '</w:t>')
      local link = '<w:hyperlink w:anchor="' .. xml(header.identifier) .. '">' .. text .. '</w:hyperlink>'
      lines:insert(paragraph('TOC' .. header.level, (#lines == 0 and begin or '') .. link))
    end
  end
  local heading = paragraph('TOCHeading', run('<w:t>' .. xml(pandoc.utils.stringify(doc.meta.contents)) .. '</w:t>'))
  local whole = #lines == 0 and '' or heading .. table.concat(lines) .. paragraph('Normal', field_char('end'))
  return pandoc.RawBlock('openxml', whole)
end

-- The letters that stand for the numbers' sources lie in Unicode's planes 14 (the end) and 15: four bytes each.
local function without_letters(str)
  local bare, found = str.text:gsub('\xF3[\x80-\xBF][\x80-\xBF][\x80-\xBF]', '')
  return found > 0 and pandoc.Str(bare) or nil
end

local function docx(doc, media)
  local filter = {
    Str = without_letters,
    Image = function(image) return picture(image, media) end,
    Div = styled_box,
    Link = referring,
    Table = function(tbl)
      tbl.caption = counting(tbl.caption, 'Table', tbl.identifier)
      tbl.identifier = ''
      return tbl
    end,
    Figure = function(figure)
      figure.caption = counting(figure.caption, 'Figure', '')
      return figure
    end,
  }
  local blocks = title_block(doc.meta)
  blocks:insert(contents(doc))
  blocks:extend(doc:walk(filter).blocks)
  local meta = {title = doc.meta.title, subtitle = doc.meta.subtitle, lang = doc.meta.lang}
  return pandoc.write(pandoc.Pandoc(blocks, meta), 'docx', {
    reference_doc = pandoc.path.join({media, 'reference.docx'}),
  })
end

local function write(path, bytes)
  local file = assert(io.open(path, 'wb'))
  file:write(bytes)
  file:close()
end

local function answered(asked)
  -- A table whose rows are wider than so many letters has columns as wide as its lines of hyphens tell.
  local doc = pandoc.read(asked.markdown, asked.reading, {columns = 72})
  doc.meta.lang = asked.language
  if asked.media then write(pandoc.path.join({asked.media, 'report.docx'}), docx(doc, asked.media)) end
  return {html = html(doc), typst = typst(doc)}
end

for line in io.lines() do
  local done, answer = pcall(function() return answered(pandoc.json.decode(line, false)) end)
  io.write(pandoc.json.encode(done and answer or {error = tostring(answer)}), '\n')
  io.flush()
end
