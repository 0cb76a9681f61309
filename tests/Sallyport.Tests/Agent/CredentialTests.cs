using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Engine.Sandboxing;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>Commands use a credential that they never have: real clients, a real server with TLS, and every other way that it must not go.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string Away = "unset NO_PROXY no_proxy; ";

    private readonly TestAuthority authority = new();
    private string repositories = "";

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task Curl_git_python_and_node_use_a_credential_that_they_do_not_have()
    {
        using var server = new TlsServer(authority, Answer);
        await using var bench = await Bench(server, Bash($$"""
            {{Away}}
            curl -sS -m 20 -H "Authorization: Bearer $DEMO_TOKEN" https://localhost:{{server.Port}}/echo https://localhost:{{server.Port}}/echo
            python3 -c "import os, urllib.request as u; print(u.urlopen(u.Request('https://localhost:{{server.Port}}/python', headers={'Authorization': 'token ' + os.environ['DEMO_TOKEN']})).read().decode())"
            cat > client.js <<'END'
            const http = require('http'), tls = require('tls'), fs = require('fs');
            const r = http.request({ host: '127.0.0.1', port: 3128, method: 'CONNECT', path: 'localhost:{{server.Port}}' });
            r.on('connect', (_, s) => { const t = tls.connect({ socket: s, servername: 'localhost' }, () => t.write('GET /node HTTP/1.1\r\nHost: localhost:{{server.Port}}\r\nAuthorization: ' + process.env.DEMO_TOKEN + '\r\nConnection: close\r\n\r\n')); t.on('data', d => process.stdout.write(d)); t.on('error', e => console.log(e.message)); });
            r.end();
            END
            node client.js
            git clone -q https://me:$DEMO_TOKEN@localhost:{{server.Port}}/repo.git out && cat out/file
            env; tr '\0' '\n' < /proc/self/environ; cat /proc/1/environ | tr '\0' '\n'
            """));
        Repository(bench);
        var ran = await bench.Prompt("Go.", "--permission-mode", "auto", "--output-format", "stream-json");
        Assert.True(ran.Exit == 0, ran.Error);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        var heads = server.Seen.Select(one => one.Head).ToList();
        foreach (var path in (string[])["/echo", "/python", "/node", "/repo.git/info/refs"]) Assert.True(heads.Exists(head => head.StartsWith($"GET {path}", StringComparison.Ordinal) && Real(head)), path + "\n" + text);
        Assert.True(text.Contains("from the repository", StringComparison.Ordinal), text + string.Join("\n", heads));
        // Both requests of curl went over one connection.
        Assert.Equal(2, heads.Count(head => head.StartsWith("GET /echo", StringComparison.Ordinal)));
        Assert.Contains("you sent Authorization: Bearer sallyport-placeholder-", text, StringComparison.Ordinal);
        Assert.Contains("DEMO_TOKEN=sallyport-placeholder-", text, StringComparison.Ordinal);
        foreach (var secret in (string[])[Secret, Convert.ToBase64String(Encoding.ASCII.GetBytes("me:" + Secret))])
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, ran.Output + ran.Error, StringComparison.Ordinal);
            Assert.Empty(bench.FilesWith(secret));
        }
        var log = (await bench.Run(null, "audit", "log", "--limit", "500")).Output;
        Assert.Matches($"sandbox to localhost:{server.Port}, request #1 \\(network.credentials DEMO_TOKEN\\), [0-9]+ bytes", log);
        Assert.Contains($"GET https://localhost:{server.Port}/python", (await bench.Run(null, "sent")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await bench.Run(null, "audit", "verify")).Exit);
        Assert.Contains("DEMO_TOKEN: commands have a placeholder", (await bench.Run(null, "doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_to_that_host_and_port_only_over_TLS_and_in_its_header()
    {
        using var server = new TlsServer(authority, Answer);
        using var port = new TlsServer(authority, Answer);
        using var plain = new TlsServer(null, Answer);
        await using var bench = await Bench(server, Bash($$"""
            {{Away}}
            A="Authorization: Bearer $DEMO_TOKEN"
            curl -sS -m 20 -H "$A" https://localhost:{{port.Port}}/port
            curl -sS -m 20 -H "$A" http://localhost:{{plain.Port}}/plain
            curl -sS -m 20 -H "$A" -L --location-trusted https://localhost:{{server.Port}}/redirect/{{port.Port}}
            curl -sS -m 20 -H "X-Other: $DEMO_TOKEN" -d "$DEMO_TOKEN" "https://localhost:{{server.Port}}/elsewhere?$DEMO_TOKEN"
            curl -sS -m 20 -H "$A" -H "Host: localhost:{{port.Port}}" https://localhost:{{server.Port}}/fronted
            curl -sS -m 20 -H "$A" -k https://127.0.0.1:{{server.Port}}/address
            """), port.Port, plain.Port);
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        foreach (var (head, body) in server.Seen.Concat(port.Seen).Concat(plain.Seen))
            if (!head.StartsWith("GET /redirect", StringComparison.Ordinal)) Assert.False(Real(head) || Encoding.Latin1.GetString(body).Contains(Secret, StringComparison.Ordinal), head);
        Assert.Equal(["/port", "/landed"], port.Seen.Select(one => one.Head.Split(' ')[1]));
        Assert.All(port.Seen.Concat(plain.Seen), one => Assert.Contains("Bearer sallyport-placeholder-", one.Head, StringComparison.Ordinal));
        var elsewhere = server.Seen.Single(one => one.Head.StartsWith("POST /elsewhere?sallyport-placeholder-", StringComparison.Ordinal));
        Assert.StartsWith("sallyport-placeholder-", Encoding.ASCII.GetString(elsewhere.Body), StringComparison.Ordinal);
        Assert.Equal(["/redirect/" + port.Port, elsewhere.Head.Split(' ')[1], "/address"], server.Seen.Select(one => one.Head.Split(' ')[1]));
        Assert.Contains("a request for another host does not go over it", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_the_host_gets_nothing()
    {
        using var other = new TestAuthority();
        using var server = new TlsServer(other, Answer);
        await using var bench = await Bench(server, Bash($"{Away} curl -sS -m 20 -H \"Authorization: Bearer $DEMO_TOKEN\" https://localhost:{server.Port}/x"));
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        Assert.Contains("is not who it should be, and was sent nothing", Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task Bodies_go_both_ways_whole_and_what_the_gate_finds_in_them_stays()
    {
        var big = RandomNumberGenerator.GetBytes(3_000_000);
        using var server = new TlsServer(authority, Answer);
        await using var bench = await Bench(server, Bash($$"""
            {{Away}}
            A="Authorization: Bearer $DEMO_TOKEN"
            curl -sS -m 60 -H "$A" --data-binary @big https://localhost:{{server.Port}}/digest; echo
            cat big | curl -sS -m 60 -H "$A" -T - https://localhost:{{server.Port}}/digest; echo
            curl -sS -m 60 -H "$A" https://localhost:{{server.Port}}/large | tail -c 60
            curl -sS -m 60 -H "$A" https://localhost:{{server.Port}}/chunked
            curl -sS -m 60 -H "$A" https://localhost:{{server.Port}}/binary | tr -d '\0'
            curl -sS -m 60 -I -H "$A" https://localhost:{{server.Port}}/large
            curl -sS -m 60 -H "$A" --data-binary @key.txt https://localhost:{{server.Port}}/stopped
            (head -c 1500000 /dev/zero | tr '\0' 'a'; cat key.txt) | curl -sS -m 60 -H "$A" -H "Expect:" --data-binary @- https://localhost:{{server.Port}}/late
            curl -sS -m 60 -H "$A" -H "X: $(base64 -w0 key.txt)" https://localhost:{{server.Port}}/head
            """));
        File.WriteAllBytes(Path.Combine(bench.Work, "big"), big);
        bench.Write("key.txt", $"token = {Key}\n");
        Assert.Equal(0, (await bench.Prompt("Go.", "--permission-mode", "auto")).Exit);
        var text = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        var digest = Convert.ToHexStringLower(SHA256.HashData(big));
        Assert.Equal([digest, digest], text.Split('\n').Take(2));
        Assert.Matches("more of it\nsallyport-placeholder-[a-z2-7]{26}one sallyport-placeholder-[a-z2-7]{26}b", text);
        Assert.Contains("b" + new string('*', Secret.Length) + "e", text, StringComparison.Ordinal);
        Assert.Contains("its body holds ⟦secret:", text, StringComparison.Ordinal);
        Assert.Contains("its head holds ⟦secret:", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Seen, one => one.Head.Contains("/stopped", StringComparison.Ordinal) || one.Head.Contains("/head", StringComparison.Ordinal) || Encoding.Latin1.GetString(one.Body).Contains(Key, StringComparison.Ordinal));
        Assert.Contains("refused (gate)", (await bench.Run(null, "audit", "log", "--limit", "500")).Output, StringComparison.Ordinal);
        Assert.Empty(bench.FilesWith(Secret));
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_at_the_start()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Done."));
        bench.Settings("""{ "network": { "allow": ["other.example"], "credentials": { "DEMO_TOKEN": { "hosts": ["api.example"] } } } }""");
        var ran = await bench.Prompt("Go.");
        Assert.Equal(2, ran.Exit);
        Assert.Matches("network.credentials.DEMO_TOKEN .*settings.json:1.*api.example is not among the hosts of network.allow; add \"api.example\" there", ran.Error);
        bench.Settings("""{ "network": { "allow": ["api.example"], "credentials": { "DEMO_TOKEN": { "hosts": ["api.example"] } } } }""");
        ran = await bench.Prompt("Go.");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("the variable DEMO_TOKEN is not set; commands do without it", ran.Error, StringComparison.Ordinal);
        bench.Settings("""{ "network": { "credentials": { "DEMO_TOKEN": { "hosts": ["*.example"], "secret": "abc", "header": "Host" } } } }""");
        ran = await bench.Prompt("Go.");
        Assert.Equal(2, ran.Exit);
        foreach (var part in (string[])["\"*.example\" is no host for a credential", "the settings never hold it", "\"Host\" is no header"]) Assert.Contains(part, ran.Error, StringComparison.Ordinal);
    }

    private static string Secret { get; } = "Zq7" + "-" + "demoCredential" + "0f9e8d7c6b5a";

    // Assembled here, so that it stands in no file.
    private static string Key => string.Concat("gh", "p_", "k3VtQ9xZb7LmN2pRs8", "WcY4dFhJ6uAeG1oT5i");

    private static string Large { get; } = string.Concat(Enumerable.Repeat("some text, and more of it\n", 40_000)) + Secret;

    private static bool Real(string head) => head.Contains(Secret, StringComparison.Ordinal) || head.Contains(Convert.ToBase64String(Encoding.ASCII.GetBytes("me:" + Secret)), StringComparison.Ordinal);

    private string Answer(string head, byte[] body)
    {
        var path = head.Split(' ')[1];
        if (path.StartsWith("/redirect/", StringComparison.Ordinal)) return $"HTTP/1.1 302 Found\r\nLocation: https://localhost:{path[10..]}/landed\r\nContent-Length: 0\r\n\r\n";
        if (path.StartsWith("/repo.git", StringComparison.Ordinal))
        {
            if (!head.Contains("authorization:", StringComparison.OrdinalIgnoreCase)) return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
            var file = repositories + path.Split('?')[0];
            if (!File.Exists(file)) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
            var bytes = File.ReadAllBytes(file);
            return $"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes.Length}\r\n\r\n{Encoding.Latin1.GetString(bytes)}";
        }
        return path switch
        {
            "/digest" or "/late" => TlsServer.Page(Convert.ToHexStringLower(SHA256.HashData(body))),
            "/large" when head.StartsWith("HEAD", StringComparison.Ordinal) => TlsServer.Page("")[..^2].Replace("Length: 0", "Length: 77", StringComparison.Ordinal) + "\r\n",
            "/large" => TlsServer.Page(Large),
            "/chunked" => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{4 + (Secret.Length / 2):x}\r\none {Secret[..(Secret.Length / 2)]}\r\n{Secret.Length - (Secret.Length / 2):x}\r\n{Secret[(Secret.Length / 2)..]}\r\n0\r\n\r\n",
            "/binary" => $"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {Secret.Length + 3}\r\n\r\n\0b{Secret}e",
            _ => TlsServer.Page("you sent " + string.Join(' ', head.Split('\n').Where(line => line.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))) + "\n", "X-Echo: " + (head.Contains(Secret, StringComparison.Ordinal) ? Secret : "none") + "\r\n"),
        };
    }

    private static async Task<AgentBench> Bench(TestAuthority trusted, TlsServer server, Step step, params int[] alsoAllowed)
    {
        var problem = SandboxProbe.Try(SandboxForm.Bubblewrap).Problem;
        Assert.SkipUnless(problem is null, problem ?? "");
        var bench = await AgentBench.Start("anthropic", step, new Step("Done."));
        bench.Variables["SSL_CERT_FILE"] = bench.Write("../authority.pem", trusted.Pem);
        bench.Variables["DEMO_TOKEN"] = Secret;
        var hosts = string.Join(", ", alsoAllowed.Append(server.Port).Select(port => $"\"localhost:{port}\"").Append($"\"127.0.0.1:{server.Port}\""));
        bench.Settings($$"""{ "network": { "allow": [{{hosts}}], "credentials": { "DEMO_TOKEN": { "hosts": ["localhost:{{server.Port}}"] } } } }""");
        return bench;
    }

    private Task<AgentBench> Bench(TlsServer server, Step step, params int[] alsoAllowed) => Bench(authority, server, step, alsoAllowed);

    private void Repository(AgentBench bench)
    {
        repositories = Path.GetDirectoryName(bench.Work)!;
        using var git = Process.Start(new ProcessStartInfo("bash", ["-c", "git init -q -b main src && cd src && echo from the repository > file && git add . && git -c user.name=n -c user.email=e@example.org commit -qm x && git clone -q --bare . ../../repo.git && cd ../../repo.git && git update-server-info"]) { WorkingDirectory = bench.Work })!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }

    private static Step Bash(string command) => new("", new ScriptedCall("bash", System.Text.Json.JsonSerializer.Serialize(new { command })));
}
