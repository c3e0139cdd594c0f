-- Places orders with the bodies of a file in turn, each under a key of its own; tells what came of
-- it in one line of JSON.
local bodies = {}
local headers = { ["Content-Type"] = "application/json" }
local path = os.getenv("BENCH_PATH")
local at = 0

function init(arguments)
  headers["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN")
  for body in io.lines(os.getenv("BENCH_BODIES")) do
    bodies[#bodies + 1] = body
  end
  math.randomseed(os.time() + tonumber(string.sub(tostring({}), 8)) % 1000000)
  at = math.random(#bodies)
end

function request()
  at = at % #bodies + 1
  headers["Idempotency-Key"] = string.format("%x-%x", math.random(2 ^ 31), math.random(2 ^ 31))
  return wrk.format("POST", path, headers, bodies[at])
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
