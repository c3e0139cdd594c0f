-- Asks for the paths of a file in turn; tells what came of it in one line of JSON.
local requests = {}
local at = 0

function init(arguments)
  local headers = {}
  if os.getenv("BENCH_TOKEN") then
    headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  end
  local body = os.getenv("BENCH_BODY")
  for path in io.lines(os.getenv("BENCH_PATHS")) do
    requests[#requests + 1] = { path, headers, body }
  end
  math.randomseed(os.time() + tonumber(string.sub(tostring({}), 8)) % 1000000)
end

function request()
  at = at % #requests + 1
  local path, headers, body = unpack(requests[at])
  if body then
    headers["Content-Type"] = "application/json"
    headers["Idempotency-Key"] = string.format("%x-%x", math.random(2 ^ 31), math.random(2 ^ 31))
    return wrk.format("POST", path, headers, body)
  end
  return wrk.format("GET", path, headers)
end

function done(summary, latency, _)
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%f,"errors":%d,"p50":%f,"p99":%f}\n',
    summary.requests,
    summary.duration / 1e6,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
      + summary.errors.timeout,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000
  ))
end
