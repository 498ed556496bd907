-- A server writes down again how a flight of its own has ended, unless something newer is known. ARGV: 7 to 13 what the owner knows, 14
-- state, 15 the reply or nothing, 16 until when it is remembered
local key = KEYS[2]
local r = load(key)
local attempt = tonumber(ARGV[8])
if r and (r.attempt > attempt or (r.attempt == attempt and (r.owner ~= ARGV[7] or (r.state ~= 'i' and r.state ~= 's')))) then
  return {'newer', now}
end
local is_settled = r and r.attempt == attempt and r.state == 's'
r = new(ARGV[10], ARGV[7], attempt, tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]))
r.state, r.reply, r.reply_until, r.lease = ARGV[14], ARGV[15], tonumber(ARGV[16]), 0
-- On records of before, somebody has been told `success` since: the first answer stays.
if is_settled then r.state, r.reply = 'l', '' end
save(key, r)
return {'restored', now}
