-- The handler has replied. ARGV: 7 to 13 what the owner knows, 14 the reply or nothing, 15 how long it is remembered
local key = KEYS[2]
local r, answered = of_owner(key, OWN)
if not r then return {'superseded', now} end
if r.state == 's' then
  r.state = 'l'
elseif r.state == 'i' then
  r.state = 'd'
  if ARGV[14] ~= '' then r.state, r.reply, r.reply_until = 'r', ARGV[14], now + tonumber(ARGV[15]) end
elseif r.state == 'r' and answered then
  r.state, r.reply = 'l', ''
elseif r.state == 'f' or r.state == 'x' then
  return {'superseded', now}
end
save(key, r)
if r.state == 'l' then return {'late', now} end
return {'in time', now}
