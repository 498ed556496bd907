-- A send would answer `success`. ARGV: 7 to 13 what the owner knows if its server is asked, or nothing
local key = KEYS[2]
local mine = nil
if ARGV[7] ~= '' then mine = of_owner(key, OWN) end
local r = mine or load(key)
if not r then return {'hold', now} end
if mine and (r.state == 'i' or r.state == 's') then
  extend(r)
  r.state = 's'
  save(key, r)
  return {'success', now}
end
if r.state == 'i' then
  if look(r) then
    save(key, r)
    return {'hold', now}
  end
  r.state = 's'
  save(key, r)
  return {'success', now}
end
if r.state == 'f' or r.state == 'a' then return {'hold', now} end
forget_reply(r)
if r.state == 'r' or r.state == 'g' then
  if r.state == 'r' then
    r.state = 'g'
    save(key, r)
  end
  return {'reply', now, r.reply}
end
return {'success', now}
