-- Makes `success` of replies whose time is over: they need not fill the memory until their marks end.
for at = 2, #KEYS do
  local key = KEYS[at]
  local r = load(key)
  if r and r.reply ~= '' and r.reply_until <= now then
    forget_reply(r)
    save(key, r)
  end
end
return {'forgotten', now}
