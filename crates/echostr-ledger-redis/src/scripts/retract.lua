-- The owner takes back a reply that nobody has fetched. ARGV: 7 owner, 8 attempt
local key = KEYS[2]
local r = load(key)
-- A record that is gone was lost: somebody may have fetched the reply from it.
if not r or r.owner ~= ARGV[7] or r.attempt ~= tonumber(ARGV[8]) then return {'no', now} end
if r.state == 't' then return {'yes', now} end
if r.state ~= 'r' then return {'no', now} end
r.state, r.reply = 't', ''
save(key, r)
return {'yes', now}
