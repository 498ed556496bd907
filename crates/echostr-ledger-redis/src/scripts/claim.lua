-- A request asks what there is to do.
-- ARGV: 7 fingerprint, 8 id, 9 the same in 8 bytes, 10 age, 11 mark, then 0 or 1: 12 counts, 13 runs, 14 fetches, 15 may make a record,
-- 16 a flight may be taken after a crash
local print, id, short_id = ARGV[7], ARGV[8], ARGV[9]
local counts, runs, fetches = ARGV[12] == '1', ARGV[13] == '1', ARGV[14] == '1'
local key = KEYS[2]

local r = load(key)
if not r then
  if not runs then return {'none', now} end
  if ARGV[15] ~= '1' then return {'full', now} end
  r = new(print, id, 0, 0, now - tonumber(ARGV[10]), now + tonumber(ARGV[11]))
  r.state = 'f'
elseif r.print ~= print then
  return {'conflict', now}
end

local changed = false
if counts then
  local is_counted = false
  for at = 1, #r.ids, 8 do
    is_counted = is_counted or string.sub(r.ids, at, at + 7) == short_id
  end
  if not is_counted then
    r.sends = math.min(r.sends + 1, MOST_SENDS)
    r.ids = string.sub(short_id .. r.ids, 1, IDS)
    changed = true
  end
end

if r.owner == id and (r.state == 'i' or (r.state == 's' and runs)) then
  -- Its answer was lost, and whoever has been told `success` since counts on this handler.
  if runs then
    extend(r)
    save(key, r)
    return {'run', now, r.sends, now - r.first, r.attempt, r.mark, 0}
  end
  r.state = 'f'
  changed = true
end
changed = look(r) or changed
if r.state == 'i' then
  if changed then save(key, r) end
  return {'flight', now, r.sends, now - r.first, r.attempt, r.owner}
end

local is_abandoned = r.state == 'a'
if is_abandoned and ARGV[16] ~= '1' then
  r.state = 'x'
  save(key, r)
  return {'given up', now}
end
if is_abandoned or r.state == 'f' then
  if not runs then
    if changed then save(key, r) end
    return {'free', now, r.sends, now - r.first}
  end
  r.state, r.owner, r.attempt = 'i', id, r.attempt + 1
  extend(r)
  save(key, r)
  return {'run', now, r.sends, now - r.first, r.attempt, r.mark, is_abandoned and 1 or 0}
end

forget_reply(r)
if fetches and r.state == 'r' then
  r.state = 'g'
  changed = true
end
if changed then save(key, r) end
if r.state == 'r' or r.state == 'g' then return {'reply', now, r.reply} end
return {'done', now}
