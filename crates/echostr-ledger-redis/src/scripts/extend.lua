-- The owner of these flights lives. ARGV: 7 and on, seven for each, what it knows; answers with the state of each, or `-` if another owner
-- has it.
local states = {}
for at = 2, #KEYS do
  local key = KEYS[at]
  local r = of_owner(key, OWN + (at - 2) * 7)
  if not r then
    states[at - 1] = '-'
  else
    if r.state == 'i' or r.state == 's' then
      extend(r)
      save(key, r)
    end
    states[at - 1] = r.state
  end
end
return {'states', now, states}
