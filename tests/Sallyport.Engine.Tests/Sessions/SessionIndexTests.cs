using Sallyport.Engine.Events;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Tests.Sessions;

/// <summary>The index follows the files, and can always be thrown away.</summary>
public sealed class SessionIndexTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sally-index-").FullName;

    private string Index => Path.Combine(folder, "state", "index.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Adds_up_what_a_list_shows_and_follows_the_file_as_it_grows()
    {
        var path = PathOf("a");
        using var transcript = Begin("a");
        transcript.Add(new MessageLine(1, "prompt", Message.User("mend the\n  build")));
        transcript.Add(Answer(2, "Done.", new Usage(10, 20, 30, 40), 0.5m));
        transcript.Add(new FinishedLine(Outcome.Done, null, 5));
        using var index = SessionIndex.Open(Index);
        var one = Assert.Single(index.List([path], 10, TestContext.Current.CancellationToken));
        Assert.Equal(("a", "/work", "mend the build", 2, 1, 0.5m, Outcome.Done), (one.Id, one.Cwd, one.Title, one.Messages, one.Turns, one.CostUsd, one.Outcome));
        Assert.Equal(new Usage(10, 20, 30, 40), one.Usage);

        transcript.Add(new MessageLine(3, "prompt", Message.User("and now the tests")));
        transcript.Add(Answer(4, "Also done.", new Usage(1, 1, 1, 1), null));
        one = index.Find(path)!;
        Assert.Equal((4, 2, null, null, 104L), (one.Messages, one.Turns, one.CostUsd, one.Outcome, one.Usage.Total()));
        Assert.Single(index.Search([path], "tests", 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Half_a_line_is_read_when_its_other_half_is_there()
    {
        var path = PathOf("a");
        using (var transcript = Begin("a")) transcript.Add(new MessageLine(1, "prompt", Message.User("first")));
        var line = """{"type":"message","at":"2026-01-01T00:00:00Z","number":2,"origin":"answer","message":{"role":"assistant","parts":[{"type":"text","text":"zebra"}]}}""";
        using var index = SessionIndex.Open(Index);
        File.AppendAllText(path, line[..60]);
        Assert.Equal(1, index.Find(path)!.Messages);
        File.AppendAllText(path, line[60..] + "\n");
        Assert.Equal(2, index.Find(path)!.Messages);
        Assert.Equal(("answer", 2), index.Search([path], "zebra", 10, TestContext.Current.CancellationToken) is [var hit] ? (hit.Kind, hit.Number) : default);
    }

    [Theory]
    [InlineData("数据库连接失败了", "连接", "数据库\u0002连接\u0003失败了")]
    [InlineData("テストが失敗する", "失敗", "テストが\u0002失敗\u0003する")]
    [InlineData("데이터베이스에서 오류", "베이스", "데이터\u0002베이스\u0003에서 오류")]
    [InlineData("mend 数据库 now", "数据库 mend", null)]
    public void Finds_a_part_of_a_sentence_without_spaces(string text, string words, string? snippet)
    {
        using (var transcript = Begin("a")) transcript.Add(new MessageLine(1, "prompt", Message.User(text)));
        using var index = SessionIndex.Open(Index);
        var hit = Assert.Single(index.Search([PathOf("a")], words, 10, TestContext.Current.CancellationToken));
        if (snippet is not null) Assert.Equal(snippet, hit.Snippet);
        Assert.DoesNotContain('\u200B', hit.Snippet);
        Assert.Empty(index.Search([PathOf("a")], "败连", 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Finds_prompts_answers_calls_and_results_and_marks_the_words()
    {
        using (var transcript = Begin("a"))
        {
            transcript.Add(new MessageLine(1, "prompt", Message.User("why is the Größe wrong")));
            transcript.Add(new MessageLine(2, "answer", new Message(Role.Assistant, [new TextPart("I look at the ruler"), new ToolCallPart("c", "bash", """{"command":"grep -rn\nlength_of src"}""")])));
            transcript.Add(new MessageLine(3, "results", new Message(Role.User, [new ToolResultPart("c", "bash", "src/ruler.cs:4: metres " + new string('x', 4000) + " beyondthelimit " + new string('y', 900) + " error at the end")])));
        }
        using var index = SessionIndex.Open(Index);
        string[] files = [PathOf("a")];
        Assert.Equal(["prompt"], Kinds("GROßE"));
        Assert.Equal(["prompt"], Kinds("\"the größe\""));
        Assert.Equal(["call"], Kinds("length_of"));
        Assert.Equal(["call"], Kinds("leng* -ruler"));
        Assert.Equal(["result"], Kinds("metres"));
        Assert.Equal(["answer", "result"], [.. Kinds("ruler").Order(StringComparer.Ordinal)]);
        Assert.Empty(Kinds("beyondthelimit"));
        Assert.Equal(["result"], Kinds("error"));
        Assert.Empty(Kinds("metres zebra"));
        Assert.Contains($"{SessionHit.Open}metres{SessionHit.Close}", index.Search(files, "metres", 5, TestContext.Current.CancellationToken)[0].Snippet, StringComparison.Ordinal);

        string[] Kinds(string words) => [.. index.Search(files, words, 10, TestContext.Current.CancellationToken).Select(hit => hit.Kind)];
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("a\"b AND")]
    [InlineData("NEAR(")]
    [InlineData("text:x OR *")]
    [InlineData("(((")]
    [InlineData("-only")]
    [InlineData("^ * : {} +")]
    [InlineData("'; DROP TABLE session; --")]
    public void Whatever_is_typed_is_no_syntax_error(string words)
    {
        using (var transcript = Begin("a")) transcript.Add(new MessageLine(1, "prompt", Message.User("hello")));
        using var index = SessionIndex.Open(Index);
        try
        {
            index.Search([PathOf("a")], words, 10, TestContext.Current.CancellationToken);
        }
        catch (SessionException e)
        {
            Assert.Contains("nothing to look for", e.Message, StringComparison.Ordinal);
        }
        Assert.Single(index.List([PathOf("a")], 10, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_damaged_index_is_made_anew_without_a_word()
    {
        using (var transcript = Begin("a")) transcript.Add(new MessageLine(1, "prompt", Message.User("hello")));
        string[] files = [PathOf("a")];
        foreach (var damage in (Action[])[
            () => File.WriteAllText(Index, "this is no database, and long enough that nobody takes it for one " + new string('x', 5000)),
            () => Scribble(100),
            () => Scribble(4096),
            () => File.WriteAllBytes(Index, []),
            () => File.WriteAllBytes(Index, File.ReadAllBytes(Index)[..5000]),
        ])
        {
            using (var whole = SessionIndex.Open(Index)) Assert.Equal("hello", Assert.Single(whole.List(files, 10, TestContext.Current.CancellationToken)).Title);
            damage();
            using var index = SessionIndex.Open(Index);
            Assert.Equal("hello", Assert.Single(index.List(files, 10, TestContext.Current.CancellationToken)).Title);
            Assert.Single(index.Search(files, "hello", 10, TestContext.Current.CancellationToken));
        }

        void Scribble(int from)
        {
            var bytes = File.ReadAllBytes(Index);
            for (var i = from; i < Math.Min(bytes.Length, from + 3000); i++) bytes[i] = 0xAA;
            File.WriteAllBytes(Index, bytes);
        }
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "rights are Unix rights");
        using (var transcript = Begin("a")) transcript.Add(new MessageLine(1, "prompt", Message.User("hello")));
        using var index = SessionIndex.Open(Index);
        index.List([PathOf("a")], 10, TestContext.Current.CancellationToken);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Index)!, "index.db*"))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Several_may_use_it_at_once()
    {
        var files = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            using var transcript = Begin($"s{i}");
            for (var m = 1; m <= 20; m++) transcript.Add(new MessageLine(m, "prompt", Message.User($"common word{m}")));
            files.Add(PathOf($"s{i}"));
        }
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var index = SessionIndex.Open(Index);
            Assert.Equal(20, index.List(files, 100, TestContext.Current.CancellationToken).Count);
            Assert.Equal(400, index.Search(files, "common", 1000, TestContext.Current.CancellationToken).Count);
        }, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void What_is_forgotten_leaves_no_words_on_the_disk()
    {
        foreach (var id in (string[])["a", "b"])
            using (var transcript = Begin(id)) transcript.Add(new MessageLine(1, "prompt", Message.User($"unrepeatable{id}")));
        using (var index = SessionIndex.Open(Index))
        {
            Assert.Equal(2, index.List([PathOf("a"), PathOf("b")], 10, TestContext.Current.CancellationToken).Count);
            File.Delete(PathOf("a"));
            index.Forget();
            Assert.Empty(index.Search([PathOf("a"), PathOf("b")], "unrepeatablea", 10, TestContext.Current.CancellationToken));
        }
        var rest = Directory.GetFiles(Path.GetDirectoryName(Index)!, "index.db*").Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))).ToArray();
        Assert.Contains(rest, text => text.Contains("unrepeatableb", StringComparison.Ordinal));
        Assert.DoesNotContain(rest, text => text.Contains("unrepeatablea", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rewound_prompt_is_no_title_and_a_fork_has_its_own_spending()
    {
        using (var transcript = Begin("a", "origin"))
        {
            transcript.Add(new CompactionLine(5, [Message.User("from the origin")], new Usage(100, 100, 0, 0), 9m, 4));
            transcript.Add(new MessageLine(5, "prompt", Message.User("a mistake")));
            transcript.Add(Answer(6, "?", new Usage(1, 2, 3, 4), 0.25m));
            transcript.Add(new RewindLine(5));
            transcript.Add(new MessageLine(7, "prompt", Message.User("what I meant")));
        }
        using var index = SessionIndex.Open(Index);
        var one = index.Find(PathOf("a"))!;
        Assert.Equal(("what I meant", "origin", 0.25m, 1), (one.Title, one.ForkedFrom, one.CostUsd, one.Turns));
        Assert.Equal(new Usage(1, 2, 3, 4), one.Usage);
    }

    private static MessageLine Answer(int number, string text, Usage usage, decimal? cost) => new(number, "answer", new Message(Role.Assistant, [new TextPart(text)]), usage, cost, "m");

    private string PathOf(string id) => Path.Combine(folder, "sessions", id + ".jsonl");

    private Transcript Begin(string id, string? from = null)
    {
        var transcript = Transcript.Create(PathOf(id), TimeProvider.System);
        transcript.Add(new SessionLine(1, id, "/work", "Environment", from));
        return transcript;
    }
}
