-- Whether there is something new for those who wait for a flight. ARGV: 7 owner, 8 attempt
local key = KEYS[2]
local r = load(key)
if not r or r.state ~= 'i' or r.owner ~= ARGV[7] or r.attempt ~= tonumber(ARGV[8]) then return {'changed', now} end
if look(r) then save(key, r) end
return {r.state == 'i' and 'same' or 'changed', now}
