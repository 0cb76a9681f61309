"""A small MCP server over stdio, of either era. Its tools are those of a file, read anew for each list."""
import json, os, sys, threading, time

era, tools, log = sys.argv[1], sys.argv[2], sys.argv[3]
out = threading.Lock()
asked, answers = 1000, {}


def say(message):
    with out:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def note(text):
    with open(log, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def ask(method, params=None):
    global asked
    asked += 1
    answers[asked] = threading.Event(), []
    say({"jsonrpc": "2.0", "id": asked, "method": method, "params": params or {}})
    answers[asked][0].wait(10)
    return answers[asked][1]


def text(words, **more):
    return {"content": [{"type": "text", "text": words}], **more}


def call(id, params):
    name, given = params["name"], params.get("arguments", {})
    meta = params.get("_meta", {})
    if name == "echo":
        words = given.get("text", "")
        return text(words if isinstance(words, str) else json.dumps(words))
    if name == "fail":
        return text("it is not possible today", isError=True)
    if name == "mixed":
        return {"content": [
            {"type": "text", "text": "first"}, {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}, {"type": "audio", "data": "AAAA", "mimeType": "audio/wav"},
            {"type": "resource_link", "uri": "file:///a.txt", "name": "a.txt"}, {"type": "resource", "resource": {"uri": "test://b", "text": "of b"}}, {"type": "dance"}]}
    if name == "structured":
        return {"content": [], "structuredContent": {"degrees": given.get("degrees", 20)}}
    if name == "environment":
        return text(json.dumps(dict(os.environ)))
    if name == "slow":
        time.sleep(60)
        return text("late")
    if name == "die":
        sys.stderr.write("the disk is full\n")
        sys.stderr.flush()
        os._exit(3)
    if name == "noise":
        sys.stdout.write("debug: starting\n\n{\"half\": \n")
        return text("after noise")
    if name == "big":
        return text("x" * given.get("size", 1000))
    if name == "progress":
        for step in range(3):
            say({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": meta.get("progressToken"), "progress": step + 1, "total": 3, "message": "step"}})
        return text("done")
    if name == "roots":
        return text(json.dumps(ask("roots/list")))
    if name == "sampling":
        return text(json.dumps(ask("sampling/createMessage", {"messages": [], "maxTokens": 1})))
    if name == "elicit":
        return text(json.dumps(ask("elicitation/create", {"message": "your password?", "requestedSchema": {"type": "object", "properties": {}}})))
    if name == "ping":
        return text(json.dumps(ask("ping")))
    if name == "change":
        with open(tools, "w", encoding="utf-8") as file:
            file.write(given["tools"])
        say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
        return text("changed")
    if name == "write":
        try:
            with open(given["path"], "w", encoding="utf-8") as file:
                file.write(given["content"])
            return text("written")
        except OSError as error:
            return text(str(error), isError=True)
    if name == "later":
        def late():
            while not os.path.exists(given["when"]):
                time.sleep(0.01)
            with open(given["path"], "a", encoding="utf-8") as file:
                file.write(given["content"])
            open(given["when"] + ".done", "w").close()
        threading.Thread(target=late, daemon=True).start()
        return text("later")
    if name == "input":
        if "requestState" not in params:
            return {"resultType": "input_required", "inputRequests": {"form": {"method": "elicitation/create", "params": {"message": "who?"}}, "where": {"method": "roots/list"}}, "requestState": "state-of-the-server"}
        return text(json.dumps({"state": params["requestState"], "responses": params["inputResponses"]}))
    if name == "model":
        return {"resultType": "input_required", "inputRequests": {"m": {"method": "sampling/createMessage", "params": {}}}}
    return None


def handle(message):
    id, method, params = message["id"], message["method"], message.get("params", {})
    modern = "io.modelcontextprotocol/protocolVersion" in params.get("_meta", {})
    if method == "initialize" and era in ("legacy", "both"):
        result = {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {"listChanged": True}}, "serverInfo": {"name": "test", "version": "1"}}
    elif method == "server/discover" and era in ("modern", "both"):
        result = {"resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "serverInfo": {"name": "test", "version": "1"}}
    elif era == "modern" and not modern:
        return say({"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": "no version"}})
    elif method == "tools/list":
        with open(tools, encoding="utf-8") as file:
            all = json.load(file)
        page = int(params.get("cursor", "0"))
        result = {"tools": all[page:page + 4], "resultType": "complete"}
        if page + 4 < len(all):
            result["nextCursor"] = str(page + 4)
    elif method == "tools/call":
        result = call(id, params)
        if result is None:
            return say({"jsonrpc": "2.0", "id": id, "error": {"code": -32602, "message": "Unknown tool"}})
        if modern:
            result.setdefault("resultType", "complete")
    else:
        return say({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "Method not found"}})
    say({"jsonrpc": "2.0", "id": id, "result": result})


note("started " + os.getcwd())
for line in sys.stdin:
    note(line.rstrip("\n"))
    message = json.loads(line)
    if "method" not in message:
        answers[message["id"]][1].append(message.get("result", message.get("error")))
        answers[message["id"]][0].set()
    elif "id" in message:
        if era == "crash" and message["method"] == "server/discover":
            os._exit(9)
        if era == "crash":
            era = "legacy"
        threading.Thread(target=handle, args=(message,), daemon=True).start()
note("ended")
