using Sallyport.Engine.Models;
using Sallyport.Providers.Recorded;

namespace Sallyport.Providers.Tests;

/// <summary>A run is recorded and played back the same; a recording is easy to write by hand, and says what is wrong with it.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sally-recording-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static Provider Play(string path) => ProviderTable.Kind("recorded")!.Create(new ProviderOptions(path, null, new HttpMessageInvoker(new Replay(""))));

    private static Recording Parse(string text, Dictionary<string, string>? values = null) => Recording.Read(new StringReader(text), "demo", values);

    private static Task<List<ModelDelta>> Ask(Provider provider) => Replay.Run(provider, Replay.Ask("m"));

    [Theory]
    [InlineData("anthropic", "anthropic")]
    [InlineData("openai", "responses")]
    [InlineData("gemini", "gemini")]
    public async Task What_was_recorded_is_played_back_the_same(string kind, string file)
    {
        var all = new List<List<ModelDelta>>();
        using (var recorder = new Recorder(PathOf("run.jsonl"), TimeProvider.System))
        {
            foreach (var name in (string[])["-text.sse", "-thinking-calls.sse"])
                all.Add(await Ask(recorder.Wrap(new Replay(Replay.File(file + name)).Provider(kind))));
            await Assert.ThrowsAsync<ProviderException>(() => Ask(recorder.Wrap(new Replay("""{"error":{"message":"wait"}}""") { Status = System.Net.HttpStatusCode.TooManyRequests, Headers = { ["retry-after"] = "3" } }.Provider(kind))));
        }
        var player = Play(PathOf("run.jsonl"));
        foreach (var one in all) Assert.Equal(one, await Ask(player));
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Ask(player));
        Assert.Equal((ProviderFailure.RateLimited, 429, TimeSpan.FromSeconds(3)), (failure.Kind, failure.Status, failure.RetryAfter));
        var text = File.ReadAllText(PathOf("run.jsonl"));
        Assert.DoesNotContain("the-credential", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hello", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_is_for_its_owner_only_even_where_a_file_was_open_to_all()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(PathOf("run.jsonl"), "old");
        File.SetUnixFileMode(PathOf("run.jsonl"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using (new Recorder(PathOf("run.jsonl"), TimeProvider.System)) { }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("run.jsonl")));
    }

    [Fact]
    public async Task A_recording_by_hand_needs_only_what_the_model_says()
    {
        var player = new RecordedProvider(Parse("""
            // a demonstration
            {"recording":1,"placeholders":true}
            {"thinking":"Let me look."}
            {"text":"I look at {cwd}."}
            {"call":"read","arguments":{"path":"{cwd}/a \"b\".cs"}}
            {"call":"list","arguments":{"path":"{other}"}}
            {"finish":"tools"}

            {"text":"Done."}
            {"finish":"done","usage":{"input":10,"output":2}}
            """, new() { ["cwd"] = "/tmp/\"x\"" }), 0, TimeProvider.System);
        Assert.Equal("""
            thinking: Let me look.
            text: I look at /tmp/"x".
            call: 0 call-1 read
            arguments 0: {"path":"/tmp/\"x\"/a \"b\".cs"}
            call: 1 call-2 list
            arguments 1: {"path":"{other}"}
            finish: Tools
            """, Replay.Told(await Ask(player)));
        Assert.Equal("text: Done.\nfinish: Done 10/2/0/0", Replay.Told(await Ask(player)));
    }

    [Fact]
    public async Task A_recording_that_runs_out_says_so_and_what_to_do()
    {
        var player = new RecordedProvider(Parse("""{"finish":"done"}"""), 0, TimeProvider.System);
        await Ask(player);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => Ask(player));
        Assert.Equal("The recording demo has 1 answers, and this is request 2. Record the whole run again with --record FILE, or add an answer at the end.", failure.Message);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task An_answer_without_an_end_was_interrupted()
    {
        var player = new RecordedProvider(Parse("{\"text\":\"Half\"}\n{\"request\":{}}\n{\"finish\":\"done\"}"), 0, TimeProvider.System);
        Assert.Equal(ProviderFailure.Network, (await Assert.ThrowsAsync<ProviderException>(() => Ask(player))).Kind);
        Assert.Equal("finish: Done", Replay.Told(await Ask(player)));
    }

    [Theory]
    [InlineData("{\"text\":\"a\"}\n{oops", "demo:2: not one JSON object on a line.")]
    [InlineData("""{"finish":"maybe"}""", "demo:1: there is no finish maybe; there are done, tools, length, refused and paused.")]
    [InlineData("""{"say":"a"}""", "demo:1: a line has one of recording, request, text, thinking, thought, call, arguments, finish and error.")]
    [InlineData("""{"recording":2}""", "demo:1: made by a newer version; this one reads recordings of version 1.")]
    public void A_wrong_line_is_named(string text, string message) => Assert.Equal(message, Assert.Throws<ProviderException>(() => Parse(text)).Message);

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Contains("none.jsonl", Assert.Throws<ProviderException>(() => Play(PathOf("none.jsonl"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Pieces_come_at_their_recorded_times_when_that_is_wanted()
    {
        File.WriteAllText(PathOf("slow.jsonl"), "{\"at\":0,\"text\":\"a\"}\n{\"at\":400,\"text\":\"b\"}\n{\"at\":400,\"finish\":\"done\"}\n");
        var start = TimeProvider.System.GetTimestamp();
        await Ask(Play(PathOf("slow.jsonl") + "?pace=0.5"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, 150, 60_000);
    }
}
