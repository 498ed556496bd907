-- The handler has failed. ARGV: 7 to 13 what the owner knows
local key = KEYS[2]
local r, answered = of_owner(key, OWN)
if not r then return {'superseded', now} end
if r.state == 's' or (r.state == 'f' and answered) then
  r.state = 'l'
elseif r.state == 'i' then
  r.state = 'f'
elseif r.state ~= 'f' and r.state ~= 'l' then
  return {'superseded', now}
end
save(key, r)
if r.state == 'l' then return {'late', now} end
return {'free', now}
