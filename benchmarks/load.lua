-- Sends POST requests whose bodies are filled in from templates. Arguments after the URL: the folder with
-- `path`, `runs` (one id a line, may be empty) and `body-0`, `body-1`, ...; and the first sequence number.
-- In a template @r is the run's id, @q the sequence number, @z the same with seven digits.
-- Request i goes to run i modulo the number of runs, so every connection has about a run of its own.

local bodies = {}    -- bodies[run][template] = {pieces =, plain = positions, padded = positions}
local runs, templates, first = 1, 0, 0
local count = -1

local function read(path)
   local file = io.open(path, "rb")
   if not file then return nil end
   local text = file:read("*a")
   file:close()
   return text
end

local function split(text)
   local pieces, plain, padded = {}, {}, {}
   local from = 1
   while true do
      local at = text:find("@[qz]", from)
      if not at then break end
      pieces[#pieces + 1] = text:sub(from, at - 1)
      pieces[#pieces + 1] = ""
      local places = text:sub(at + 1, at + 1) == "q" and plain or padded
      places[#places + 1] = #pieces
      from = at + 2
   end
   pieces[#pieces + 1] = text:sub(from)
   return {pieces = pieces, plain = plain, padded = padded}
end

function init(args)
   local folder = args[1]
   first = tonumber(args[2])
   wrk.method = "POST"
   wrk.path = read(folder .. "/path")
   wrk.headers["Content-Type"] = "application/json"
   local ids = {}
   for id in read(folder .. "/runs"):gmatch("%S+") do ids[#ids + 1] = id end
   if #ids == 0 then ids[1] = "" end
   runs = #ids
   local text = read(folder .. "/body-0")
   while text do
      for run, id in ipairs(ids) do
         bodies[run] = bodies[run] or {}
         bodies[run][templates + 1] = split((text:gsub("@r", id)))
      end
      templates = templates + 1
      text = read(folder .. "/body-" .. templates)
   end
end

function request()
   count = count + 1
   local turn = math.floor(count / runs)
   local body = bodies[count % runs + 1][turn % templates + 1]
   local sequence = first + math.floor(turn / templates)
   local pieces = body.pieces
   local text = string.format("%d", sequence)
   for _, at in ipairs(body.plain) do pieces[at] = text end
   text = string.format("%07d", sequence)
   for _, at in ipairs(body.padded) do pieces[at] = text end
   return wrk.format(nil, nil, nil, table.concat(pieces))
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\nRESULT {"answers": %d, "seconds": %.6f, "bad_status": %d, "socket_errors": %d, "timeouts": %d, '
         .. '"p50": %.6f, "p99": %.6f}\n',
      summary.requests, summary.duration / 1e6, errors.status,
      errors.connect + errors.read + errors.write, errors.timeout,
      latency:percentile(50) / 1e6, latency:percentile(99) / 1e6))
end
