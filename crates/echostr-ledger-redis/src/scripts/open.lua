-- Which records these are: sets the marker if it is missing. KEYS[1] the marker; ARGV[2] what it is then to hold
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holds = redis.call('GET', KEYS[1])
if not holds then
  holds = ARGV[2]
  redis.call('SET', KEYS[1], holds)
end
return {'holds', now, holds}
