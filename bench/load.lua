-- What wrk sends: the requests of a file, one after the other, each from another address; and what it says at the end.
-- Lines of the file: method, path, headers (name=value;name=value), body; separated by tabs.
local requests, turn = {}, 0

function init(args)
  math.randomseed(tonumber(args[2]) or 1)
  for line in io.lines(args[1]) do
    local method, path, named, body = line:match("^(%S+)\t(%S+)\t([^\t]*)\t(.*)$")
    local headers = {["Accept-Encoding"] = "gzip, deflate, br"}
    for name, value in named:gmatch("([^=;]+)=([^;]+)") do headers[name] = value end
    if body ~= "" then headers["Content-Type"] = "application/x-www-form-urlencoded" end
    table.insert(requests, {method, path, headers, body ~= "" and body or nil})
  end
  turn = math.random(#requests)
end

-- A word of its own for each sending, where bench/load.py says so.
local function own()
  return string.format("%08x%08x%08x", math.random(0, 2^31 - 1), math.random(0, 2^31 - 1), math.random(0, 2^31 - 1))
end

function request()
  turn = turn % #requests + 1
  local method, path, headers, body = unpack(requests[turn])
  -- Many readers: the portal counts by address, and the bench leaves that on.
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(1, 254))
  return wrk.format(method, path, headers, body and body:gsub("OneOfItsOwn", own()) or nil)
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
    summary.errors.status, failed, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
