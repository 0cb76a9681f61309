using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Tests.Sessions;

/// <summary>A file that is read in blocks on several cores says what it says line by line.</summary>
public sealed class LargeTranscriptTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("sally-large-").FullName, "s.jsonl");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_line_comes_in_order_also_one_that_is_larger_than_a_block(bool torn)
    {
        var expected = new List<string>();
        using (var transcript = Transcript.Create(path, TimeProvider.System))
        {
            transcript.Add(new SessionLine(1, "s", "/work", "Environment"));
            for (var i = 1; i <= 400; i++)
            {
                var text = $"{i} " + new string((char)('a' + i % 26), i == 150 ? 5_000_000 : 20_000);
                expected.Add(text);
                transcript.Add(new MessageLine(i, "note", new Message(i % 2 == 1 ? Role.User : Role.Assistant, [new TextPart(text)])));
            }
        }
        if (torn) File.AppendAllText(path, """{"type":"message","at":"2026-01-""");
        var state = TranscriptReader.Read(path);
        Assert.Equal(401, state.Next);
        Assert.Equal(expected, state.Messages.Select(m => m.Text));
    }
}
