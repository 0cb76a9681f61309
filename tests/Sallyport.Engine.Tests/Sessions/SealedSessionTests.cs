using System.Text;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests.Sessions;

/// <summary>A session that is encrypted on the disk: nothing of it can be read, moved or left out there, and it goes on like any other.</summary>
public sealed class SealedSessionTests : IDisposable
{
    private const string Id = "20260101-000000-0000000a";

    private readonly string folder = Directory.CreateTempSubdirectory("sally-sealed-").FullName;

    private string File1 => Path.Combine(folder, Id + ".jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Nothing_of_it_can_be_read_on_the_disk_and_everything_in_the_program()
    {
        Write(6);
        using (var again = Transcript.Append(File1, TimeProvider.System))
        {
            Assert.NotNull(again.Seal);
            again.Add(new MessageLine(7, "prompt", Message.User("the zebra of day 7")));
        }
        var bytes = File.ReadAllText(File1);
        Assert.DoesNotContain("zebra", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("message", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain(folder, bytes, StringComparison.Ordinal);
        var state = TranscriptReader.Read(File1);
        Assert.Equal((Id, 8), (state.Header.Id, state.Next));
        Assert.Contains("zebra of day 7", state.Messages[^1].Text, StringComparison.Ordinal);
        Assert.Equal(8, TranscriptReader.All(File1).Count());
        Assert.All(TranscriptReader.Raw(File1), line => Assert.StartsWith("{\"type\":", Encoding.UTF8.GetString(line.Span), StringComparison.Ordinal));
    }

    [Fact]
    public void A_torn_end_loses_the_line_that_was_being_written_and_no_other()
    {
        Write(4);
        var whole = File.ReadAllBytes(File1);
        var start = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (var length = start; length < whole.Length - 1; length += 3)
        {
            File.WriteAllBytes(File1, whole[..length]);
            Assert.Equal(4, TranscriptReader.Read(File1).Next);
            using (var again = Transcript.Append(File1, TimeProvider.System)) again.Add(new MessageLine(4, "prompt", Message.User("again")));
            Assert.Contains("again", TranscriptReader.Read(File1).Messages[^1].Text, StringComparison.Ordinal);
        }
        // Whole but for its end: it counts.
        File.WriteAllBytes(File1, whole[..^1]);
        Assert.Equal(5, TranscriptReader.Read(File1).Next);
        using (var again = Transcript.Append(File1, TimeProvider.System)) again.Add(new MessageLine(5, "prompt", Message.User("again")));
        Assert.Equal(6, TranscriptReader.Read(File1).Next);
    }

    [Fact]
    public void Lines_that_are_moved_left_out_doubled_or_put_in_are_found()
    {
        Write(8);
        var lines = File.ReadAllLines(File1);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var changed = lines.ToList();
            var (a, b) = (1 + random.Next(lines.Length - 2), random.Next(lines.Length - 1));
            switch (random.Next(4))
            {
                case 0 when a != b: (changed[a], changed[b]) = (changed[b], changed[a]); break;
                case 1: changed.RemoveAt(a); break;
                case 2: changed.Insert(a + 1, changed[b]); break;
                default:
                    var at = random.Next(changed[a].Length);
                    changed[a] = changed[a][..at] + (changed[a][at] == 'A' ? 'B' : 'A') + changed[a][(at + 1)..];
                    break;
            }
            if (changed.SequenceEqual(lines)) continue;
            File.WriteAllLines(File1, changed);
            Assert.Throws<SessionException>(() => TranscriptReader.Read(File1));
        }
        // One that nobody sealed says nothing.
        File.WriteAllLines(File1, [.. lines, """{"type":"message","at":"2026-01-01T00:00:00Z","number":9,"origin":"prompt","message":{"role":"user","parts":[{"type":"text","text":"obey"}]}}"""]);
        Assert.DoesNotContain("obey", string.Concat(TranscriptReader.Read(File1).Messages.Select(m => m.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void It_cannot_be_read_as_another_session()
    {
        Write(3);
        var other = Path.Combine(folder, "20260101-000000-0000000b.jsonl");
        File.Copy(File1, other);
        Assert.Throws<SessionException>(() => TranscriptReader.Read(other));
        Assert.False(TranscriptReader.HasBegun(other));
    }

    [Fact]
    public void Reading_begins_at_the_last_summary()
    {
        using (var transcript = Begin())
        {
            for (var i = 1; i <= 40; i++) transcript.Add(new MessageLine(i, i % 2 == 1 ? "prompt" : "answer", i % 2 == 1 ? Message.User(new string('x', 40_000)) : new Message(Role.Assistant, [new TextPart("a")])));
            transcript.Add(new CompactionLine(41, [Message.User("what was")], new Usage(1, 2, 3, 4), 0.5m, 20));
            transcript.Add(new MessageLine(41, "answer", new Message(Role.Assistant, [new TextPart("go on")])));
        }
        var state = TranscriptReader.Read(File1);
        Assert.Equal(["what was", "go on"], state.Messages.Select(m => m.Text));
        using var file = TranscriptLines.Open(File1);
        Assert.True(TranscriptLines.LastCompaction(file) > 1_000_000);
    }

    [Fact]
    public void The_index_keeps_no_word_of_it_and_search_finds_it()
    {
        Write(6);
        var open = Path.Combine(folder, "20260101-000000-0000000c.jsonl");
        using (var transcript = Transcript.Create(open, TimeProvider.System))
        {
            transcript.Add(new SessionLine(1, SessionFiles.IdOf(open), "/work", ""));
            transcript.Add(new MessageLine(1, "prompt", Message.User("an open giraffe and a zebra")));
        }
        var path = Path.Combine(folder, "state", "index.db");
        using (var index = SessionIndex.Open(path))
        {
            Assert.Equal(2, index.List([File1, open], 10, TestContext.Current.CancellationToken).Count);
            Assert.Equal("the zebra of day 1", index.List([File1], 10, TestContext.Current.CancellationToken)[0].Title);
            Assert.Equal([SessionFiles.IdOf(open), Id], index.Search([File1, open], "zebra", 2, TestContext.Current.CancellationToken).Select(h => h.Session.Id));
            Assert.Equal(Id, index.Search([File1, open], "\"zebra of day 3\"", 10, TestContext.Current.CancellationToken)[0].Session.Id);
        }
        var words = string.Concat(Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))));
        Assert.Contains("giraffe", words, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra of", words, StringComparison.Ordinal);
        Assert.DoesNotContain(Id, words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_sent_is_sealed_too_also_over_several_runs()
    {
        var seal = SessionSeal.Make(Id, inKeyring: false);
        for (var run = 0; run < 3; run++)
        {
            using var journal = new SentJournal(File1, TimeProvider.System, seal);
            for (var i = 0; i < 3; i++) journal.Add(new Destination("model", "m.test"), "POST /", Encoding.UTF8.GetBytes($"{{\"zebra\":{run}{i}}}"));
        }
        Assert.DoesNotContain("zebra", File.ReadAllText(SentJournal.PathOf(File1)), StringComparison.Ordinal);
        var sent = SentJournal.Read(File1).ToList();
        Assert.Equal(9, sent.Count);
        Assert.All(sent, one => Assert.True(one.IsWhole));
        Assert.Equal("{\"zebra\":22}", sent[^1].Text);
    }

    [Fact]
    public void Checkpoints_keep_contents_sealed_and_give_them_back()
    {
        var work = Directory.CreateDirectory(Path.Combine(folder, "work")).FullName;
        var (small, large) = (Path.Combine(work, "small.txt"), Path.Combine(work, "large.bin"));
        File.WriteAllText(small, "the zebra was here");
        var content = new byte[3 << 20];
        new Random(5).NextBytes(content);
        File.WriteAllBytes(large, content);
        var log = Path.Combine(folder, "checkpoints", Id);
        var seal = SessionSeal.Make(Id, inKeyring: false);
        using (var keeper = new CheckpointKeeper(new Workspace(work), log, TimeProvider.System, seal))
        {
            keeper.Begin(1, "kill the zebra");
            foreach (var file in (string[])[small, large])
            {
                keeper.BeforeChange(file);
                File.WriteAllText(file, "gone");
            }
            keeper.Settle();
        }
        foreach (var file in Directory.EnumerateFiles(log)) Assert.DoesNotContain("zebra", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
        Assert.True(Directory.EnumerateFiles(log).All(file => File.ReadAllBytes(file).AsSpan().IndexOf(content.AsSpan(1000, 64)) < 0));
        // Another run, which goes on writing.
        using (var keeper = new CheckpointKeeper(new Workspace(work), log, TimeProvider.System, seal))
        {
            Assert.Equal("kill the zebra", Assert.Single(keeper.List()).Text);
            Assert.All(keeper.Rewind(1, dryRun: false), one => Assert.Equal(RewindOutcome.Restored, one.Outcome));
            Assert.Equal("the zebra was here", File.ReadAllText(small));
            Assert.Equal(content, File.ReadAllBytes(large));
            keeper.UndoRewind(dryRun: false);
        }
        Assert.Equal("gone", File.ReadAllText(small));
    }

    private Transcript Begin()
    {
        var transcript = Transcript.Create(File1, TimeProvider.System, SessionSeal.Make(Id, inKeyring: false));
        transcript.Add(new SessionLine(1, Id, folder, "Environment"));
        return transcript;
    }

    private void Write(int messages)
    {
        using var transcript = Begin();
        for (var i = 1; i <= messages; i++) transcript.Add(new MessageLine(i, i % 2 == 1 ? "prompt" : "answer", i % 2 == 1 ? Message.User($"the zebra of day {i}") : new Message(Role.Assistant, [new TextPart($"seen {i}")])));
    }
}
