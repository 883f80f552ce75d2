-- Each request is the next path of a file, or always the first one in a hot run.
-- Arguments after "--": file of paths, accept, how many to skip, hot|cold.
local accept, hot, paths, turn

function init(args)
  accept, hot, turn, paths = args[2], args[4] == "hot", tonumber(args[3]), {}
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  wrk.headers["Accept"] = accept
  wrk.headers["Accept-Encoding"] = "gzip"
end

function request()
  if not hot then turn = turn + 1 end
  return wrk.format("GET", paths[turn % #paths + 1])
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
