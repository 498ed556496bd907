-- What all scripts begin with: the clock, the guards, and the form of a record.
--
-- KEYS[1] is the marker, KEYS[2] and on are records. ARGV[1] is the moment until which this command may act, ARGV[2] what the marker
-- must hold, ARGV[3] to ARGV[6] are times in milliseconds: a lease, a suspicion, the longest gap between two looks at it, and how long a
-- record outlives its lease.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Its sender has given it up.
if now > tonumber(ARGV[1]) then return {'overdue', now} end
-- The records are not those that its sender knows.
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return {'emptied', now} end

local LEASE, SUSPICION, GAP, GRACE = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
-- A record lives on a little after each change, so that a command whose answer was lost finds it.
local LEAST = 10000
local MOST_SENDS = 65535
-- The ids of this many bytes, two of the requests that were counted last, are kept, so that a claim that is repeated counts once. More
-- would serve nobody: with three counted, no send is taken for another than the last any more.
local IDS = 16

-- state, fingerprint, owner, attempt, sends, first, mark, lease, suspect since, looked at, reply until, ids, reply
--
-- States: i in flight, s settled, f free, a abandoned by its owner, who may still come back, r reply that nobody has fetched, g reply that somebody has, and those of `success`: d finished
-- in time, l late, t taken back, x given up after a crash.
local FORM = '>c1c16c16I4I2I6I6I6I6I6I6I1c0'

local function load(key)
  local raw = redis.call('GET', key)
  if not raw then return nil end
  local r, at = {}, 1
  r.state, r.print, r.owner, r.attempt, r.sends, r.first, r.mark, r.lease, r.suspect, r.looked, r.reply_until, r.ids, at =
    struct.unpack(FORM, raw)
  r.reply = string.sub(raw, at)
  return r
end

local function save(key, r)
  local ends = r.mark
  if r.state == 'i' or r.state == 's' or r.state == 'a' then
    ends = math.max(ends, r.lease + GRACE)
  elseif r.reply ~= '' then
    ends = math.max(ends, r.reply_until)
  end
  local raw = struct.pack(FORM, r.state, r.print, r.owner, r.attempt, r.sends, r.first, r.mark, r.lease, r.suspect, r.looked,
    r.reply_until, #r.ids, r.ids) .. r.reply
  redis.call('SET', key, raw, 'PXAT', string.format('%.0f', math.max(ends, now + LEAST)))
end

local function new(print, owner, attempt, sends, first, mark)
  return {
    state = 'i', print = print, owner = owner, attempt = attempt, sends = sends, first = first, mark = mark,
    lease = now + LEASE, suspect = 0, looked = 0, reply_until = 0, ids = '', reply = ''
  }
end

local function extend(r)
  r.lease, r.suspect, r.looked = now + LEASE, 0, 0
end

-- One that ends later than a lease can was given by a clock that has been set back.
local function is_live(r)
  return r.lease > now and r.lease <= now + LEASE
end

-- Looks at a flight, and says whether that has changed the record: one whose lease has run out is suspect, and after a while abandoned.
-- It must have been looked at all that time: a gap says that this server was away, and so could not hear the owner.
local function look(r)
  if r.state ~= 'i' or is_live(r) then return false end
  if r.suspect == 0 or r.looked > now or now - r.looked > GAP then r.suspect = now end
  r.looked = now
  if now - r.suspect >= SUSPICION then r.state = 'a' end
  return true
end

local function forget_reply(r)
  if (r.state == 'r' or r.state == 'g') and r.reply_until <= now then r.state, r.reply = 'd', '' end
end

-- Somebody has been told `success` while a flight of another owner, or none, is under way: the first answer stays.
local function keep_success(key, r)
  if r.state == 'i' then r.state = 's'
  elseif r.state == 'f' or r.state == 'a' then r.state = 'l'
  else return end
  save(key, r)
end

-- The record for the owner of a flight, made anew if it was lost or is of an attempt before; nil if another owner has the flight.
-- `own` is where in ARGV the owner's knowledge begins: owner, attempt, whether it has answered `success`, fingerprint, sends, first, mark.
local function of_owner(key, own)
  local owner, attempt, answered = ARGV[own], tonumber(ARGV[own + 1]), ARGV[own + 2] == '1'
  local r = load(key)
  if not r or r.attempt < attempt then
    r = new(ARGV[own + 3], owner, attempt, tonumber(ARGV[own + 4]), tonumber(ARGV[own + 5]), tonumber(ARGV[own + 6]))
  elseif r.attempt ~= attempt or r.owner ~= owner then
    if answered then keep_success(key, r) end
    return nil
  end
  if r.state == 'a' then r.state = 'i' end
  if answered and r.state == 'i' then r.state = 's' end
  return r, answered
end
local OWN = 7
