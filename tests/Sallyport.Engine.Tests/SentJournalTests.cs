using System.Text;
using Sallyport.Engine.Sessions;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

public sealed class SentJournalTests
{
    private static readonly Destination Model = new("model", "api.example.test");

    [Fact]
    public void Bodies_come_back_byte_for_byte_though_only_what_is_new_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("sally-sent-").FullName;
        try
        {
            var transcript = Path.Combine(folder, "one.jsonl");
            var random = new Random(9);
            var bodies = new List<string>();
            var messages = new StringBuilder("{\"model\":\"m\",\"messages\":[");
            using (var journal = new SentJournal(transcript, TimeProvider.System))
                for (var i = 0; i < 50; i++)
                {
                    messages.Append(string.Concat(Enumerable.Range(0, 400).Select(_ => "aé€⟦1\"\\\n𝄞"[random.Next(8)])));
                    bodies.Add(new UTF8Encoding(false).GetString(Encoding.UTF8.GetBytes($"{messages}],\"tools\":[\"ééé\"]}}")));
                    journal.Add(Model, "POST https://api.example.test/v1", Encoding.UTF8.GetBytes(bodies[^1]));
                }
            var read = SentJournal.Read(transcript).ToArray();
            Assert.Equal(bodies, read.Select(r => r.Text));
            Assert.All(read, r => Assert.True(r.IsWhole));
            Assert.True(new FileInfo(SentJournal.PathOf(transcript)).Length < bodies[^1].Length * 12);

            File.AppendAllText(SentJournal.PathOf(transcript), "{\"at\":\"2026");
            Assert.Equal(50, SentJournal.Read(transcript).Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_request_that_was_not_cleared_for_its_host_does_not_leave()
    {
        var gate = new ExitGate();
        var sent = new List<string>();
        using var http = new HttpMessageInvoker(new ExitBackstop(new Answering(), gate, sent: (_, target, body) => sent.Add($"{target} {Encoding.UTF8.GetString(body.Span)}")));
        await Assert.ThrowsAsync<GateStoppedException>(() => http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "https://elsewhere.test/x?q=1") { Content = new StringContent("hello") }, TestContext.Current.CancellationToken));
        gate.Clear("anything", new Destination("model", "elsewhere.test"));
        using var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "https://elsewhere.test/x") { Content = new StringContent("hello") }, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(["POST https://elsewhere.test/x hello"], sent);
    }

    [Fact]
    public void A_web_request_with_a_secret_does_not_pass()
    {
        var random = new Random(3);
        var key = "AKIA" + string.Concat(Enumerable.Range(0, 16).Select(_ => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.Next(32)]));
        var gate = new ExitGate(null, new SecretVault());
        var destination = new Destination("web", "a.test");
        foreach (var text in new[] { key, Uri.EscapeDataString(key), Convert.ToBase64String(Encoding.ASCII.GetBytes(key)), string.Concat(key.Select(c => $"%{(int)c:X2}")) })
        {
            var stopped = Assert.Throws<GateStoppedException>(() => gate.Clear(new HttpRequestMessage(HttpMethod.Get, $"https://a.test/?q={text}"), destination));
            Assert.DoesNotContain(text, stopped.Message, StringComparison.Ordinal);
        }
        using (var packed = new MemoryStream())
        {
            using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal)) gzip.Write(System.Text.Encoding.UTF8.GetBytes($"the key is {key}"));
            var escaped = string.Concat(packed.ToArray().Select(b => $"%{b:X2}"));
            Assert.Throws<GateStoppedException>(() => gate.Clear(new HttpRequestMessage(HttpMethod.Get, $"https://a.test/up?x={escaped}&y=1"), destination));
        }
        var header = new HttpRequestMessage(HttpMethod.Get, "https://a.test/");
        header.Headers.Add("X-Key", key);
        Assert.Throws<GateStoppedException>(() => gate.Clear(header, destination));
        Assert.Throws<GateStoppedException>(() => gate.Clear(new HttpRequestMessage(HttpMethod.Post, "https://a.test/") { Content = new StringContent($"the key is {key}") }, destination));
        Assert.NotNull(gate.Clear(new HttpRequestMessage(HttpMethod.Get, "https://a.test/docs?page=2"), destination));
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage());
    }
}
