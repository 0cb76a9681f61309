using System.Text;
using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Tests;

/// <summary>Nothing reaches a server but through the gate, and a secret only where the user has let it go.</summary>
public sealed class GateTests
{
    // Made up at run time: no file of ours holds anything like it.
    private static readonly string Token = "gh" + "p_" + string.Concat(new Random(7).GetItems("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".AsSpan(), 36));

    [Fact]
    public async Task Everything_that_is_sent_is_written_down_byte_for_byte()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        await bench.Call(await bench.Open(), "echo", """{"text":"hello"}""");
        Assert.Equal(bench.Log.Where(line => line.StartsWith('{')), bench.Sent.Select(one => one.Body));
        Assert.All(bench.Sent, one => Assert.Equal(new Destination("mcp", "test"), one.To));
        Assert.Equal("tools/call echo", bench.Sent[^1].Target);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("name")]
    [InlineData("base64")]
    [InlineData("hex of reversed")]
    [InlineData("packed")]
    [InlineData("percent of packed")]
    [InlineData("bytes")]
    [InlineData("pieces")]
    public async Task A_secret_in_an_argument_stops_the_call(string how)
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        var servers = await bench.Open();
        bench.Vault.LearnEnvironment([new("GITHUB_TOKEN", Token)]);
        var packed = Packed(Token);
        object arguments = how switch
        {
            "value" => new { text = $"use {Token}" },
            "name" => new Dictionary<string, int> { [Token] = 1 },
            "base64" => new { text = Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)) },
            "hex of reversed" => new { text = Convert.ToHexStringLower(Encoding.UTF8.GetBytes([.. Token.Reverse()])) },
            "packed" => new { text = Encoding.Latin1.GetString(packed) },
            "percent of packed" => new { text = string.Concat(packed.Select(b => $"%{b:X2}")) },
            "bytes" => new { text = Token.Select(c => (int)c).ToArray() },
            _ => new { parts = Token.Chunk(10).Select(c => new string(c)).ToArray() },
        };
        var stopped = await Assert.ThrowsAsync<GateStoppedException>(() => bench.Call(servers, "echo", JsonSerializer.Serialize(arguments)));
        Assert.Equal("test", stopped.Destination.Name);
        Assert.DoesNotContain(Token, stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Log, line => line.Contains("tools/call", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_goes_to_the_server_that_it_was_allowed_for_and_to_no_other()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Vault.LearnEnvironment([new("GITHUB_TOKEN", Token)]);
        Assert.Equal("token ⟦secret:github-token:1⟧", bench.Vault.Close($"token {Token}"));
        bench.Allowed["github-token"] = ["mcp:test"];
        var servers = await bench.Open();
        Assert.Equal(Token, (await bench.Call(servers, "echo", JsonSerializer.Serialize(new { text = Token }))).Text);
        bench.Allowed["github-token"] = ["mcp:other", "api.github.com"];
        await Assert.ThrowsAsync<GateStoppedException>(() => bench.Call(servers, "echo", JsonSerializer.Serialize(new { text = Token })));
    }

    [Fact]
    public async Task Names_of_the_policy_reach_no_server()
    {
        await using var bench = new LinkBench();
        var policy = Path.Combine(bench.Work, "sallyport.json");
        await File.WriteAllTextAsync(policy, """{"terms":{"plain":["bluefalcon"]}}""", LinkBench.Now);
        var vault = new SecretVault(PolicyFile.Read(policy)) { HidesNames = false };
        var gate = new ExitGate(null, vault);
        using var server = new HttpServer(false);
        var setup = bench.Setup() with { Vault = vault, Gate = gate, Servers = new Dictionary<string, ServerSetting> { ["test"] = new() { Url = server.Address } } };
        using var servers = await Links.Mcp.McpServers.Open(setup, LinkBench.Now);
        await Assert.ThrowsAsync<GateStoppedException>(() => bench.Call(servers, "echo", """{"text":"about BlueFalcon"}"""));
        Assert.Equal("""said {"text":"about birds"}""", (await bench.Call(servers, "echo", """{"text":"about birds"}""")).Text);
    }

    [Fact]
    public async Task A_server_that_nobody_cleared_anything_for_gets_no_request()
    {
        await using var bench = new LinkBench();
        using var server = new HttpServer(false);
        using var other = new HttpServer(false);
        bench.Gate.Clear("anything", new Destination("model", other.Host));
        using var http = new HttpMessageInvoker(ExitWire.Open(bench.Gate, Links.Mcp.McpServers.Channel));
        using var request = new HttpRequestMessage(HttpMethod.Post, other.Address) { Content = new StringContent("{}") };
        await Assert.ThrowsAsync<GateStoppedException>(() => http.SendAsync(request, LinkBench.Now));
        Assert.Empty(other.Asked);
    }

    [Theory]
    [InlineData("""{"path":"private/plan.txt"}""", true)]
    [InlineData("""{"paths":["notes.txt",{"at":"./private/../private/new.txt"}]}""", true)]
    [InlineData("""{"uri":"file://WORK/private/plan.txt"}""", true)]
    [InlineData("""{"path":"link.txt"}""", true)]
    [InlineData("""{"path":"notes.txt","text":"private"}""", true)]
    [InlineData("""{"path":"notes.txt","text":"what is private? https://x.example/private/plan.txt"}""", false)]
    public async Task What_sallyignore_closes_is_closed_to_servers(string arguments, bool closed)
    {
        await using var bench = new LinkBench();
        Directory.CreateDirectory(Path.Combine(bench.Work, "private"));
        foreach (var file in (string[])["private/plan.txt", "notes.txt"]) await File.WriteAllTextAsync(Path.Combine(bench.Work, file), "x", LinkBench.Now);
        File.CreateSymbolicLink(Path.Combine(bench.Work, "link.txt"), "private/plan.txt");
        await File.WriteAllTextAsync(Path.Combine(bench.Work, ".sallyignore"), "private/\n", LinkBench.Now);
        bench.Servers["test"] = bench.Stdio();
        var tool = Assert.Single((await bench.Open()).Tools);
        using var given = JsonDocument.Parse(arguments.Replace("WORK", bench.Work, StringComparison.Ordinal));
        var judge = new Judge(PermissionMode.Open, [ConsentRule.Parse("mcp(test)", out _)!], [], []);
        var ruling = judge.Rule(tool.Name, tool.Touches(given.RootElement, bench.Context.Workspace), bench.Context.Workspace);
        Assert.Equal((closed ? Consented.No : Consented.Yes, closed), (ruling.Answer, ruling.Reason.Contains(".sallyignore", StringComparison.Ordinal)));
    }

    private static byte[] Packed(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }
}
