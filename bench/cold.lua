-- Each request is the template with its own number and the next commune's code; a hot run repeats the first.
-- Arguments after "--": template, accept, first number, hot|cold, file of codes.
local template, accept, number, hot, codes, turn

function init(args)
  template, accept, number, hot = args[1], args[2], tonumber(args[3]), args[4] == "hot"
  codes = {}
  for line in io.lines(args[5]) do codes[#codes + 1] = line end
  wrk.headers["Accept"] = accept
  turn = number
end

function request()
  if not hot then turn = turn + 1 end
  local code = codes[turn % #codes + 1]
  local path = template:gsub("@CODE@", code):gsub("@N@", tostring(turn))
  return wrk.format("GET", path)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
