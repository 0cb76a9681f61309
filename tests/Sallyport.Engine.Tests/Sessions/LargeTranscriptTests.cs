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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pruned_output_is_left_out_unless_a_rewind_took_that_back(bool rewound)
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var transcript = Transcript.Create(path, TimeProvider.System))
        {
            transcript.Add(new SessionLine(1, "s", "/work", "Environment"));
            transcript.Add(new MessageLine(1, "prompt", Message.User("go")));
            for (var i = 0; i < 60; i++)
            {
                // Two results in a message; what is in them looks like what is looked for.
                string[] calls = [$"a{i}", $"b{i}"];
                var text = "{\"type\":\"tool_result\",\"callId\":\"a1\",\"name\":\"x\",\"text\":\"\\\"é\n\\" + new string('x', 50_000) + i + "\\";
                foreach (var call in calls) outputs[call] = text + call;
                transcript.Add(new MessageLine(2 + 2 * i, "answer", new Message(Role.Assistant, [.. calls.Select(call => new ToolCallPart(call, "bash", "{}"))])));
                transcript.Add(new MessageLine(3 + 2 * i, "results", new Message(Role.User, [.. calls.Select(call => new ToolResultPart(call, "bash", outputs[call], call == "a5", call == "b5" ? [new ImagePart("image/png", "AAAA")] : null))])));
                if (i == 40) transcript.Add(new PruneLine([.. Enumerable.Range(0, 30).Select(n => $"a{n}"), "b5", "none"]));
            }
            if (rewound)
            {
                transcript.Add(new RewindLine(2 + 2 * 39));
                transcript.Add(new MessageLine(2 + 2 * 39, "prompt", Message.User("anew")));
            }
        }
        var state = TranscriptReader.Read(path);
        SessionBench.AssertValid(state.Messages);
        var results = state.Messages.SelectMany(m => m.Parts).OfType<ToolResultPart>().ToArray();
        Assert.Equal(rewound ? 78 : 120, results.Length);
        foreach (var result in results)
        {
            var isPruned = !rewound && (result.CallId == "b5" || (result.CallId[0] == 'a' && int.Parse(result.CallId.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) < 30));
            Assert.Equal(isPruned ? "[The output of this bash call was left out to save room. Call again if it is needed.]" : outputs[result.CallId], result.Text);
            Assert.Equal(result.CallId == "a5", result.Failed);
            Assert.Equal(result.CallId == "b5" && !isPruned, result.Images is not null);
        }
        // Whoever reads the file itself still has all of it.
        Assert.Equal(outputs["a3"], TranscriptReader.All(path).OfType<MessageLine>().SelectMany(m => m.Message.Parts).OfType<ToolResultPart>().Single(r => r.CallId == "a3").Text);
    }

    [Fact]
    public void A_pruned_line_shrinks_before_it_is_parsed_and_one_of_another_form_stays()
    {
        byte[] scratch = [];
        var pruned = new HashSet<string>(StringComparer.Ordinal) { "c" };
        var text = new string('x', 2000);
        var line = System.Text.Encoding.UTF8.GetBytes("{\"type\":\"message\",\"parts\":[{\"type\":\"tool_result\",\"callId\":\"c\",\"name\":\"n\",\"text\":\"" + text + "\\\\\"},{\"type\":\"tool_result\",\"callId\":\"d\",\"name\":\"n\",\"text\":\"kept\"}]}");
        Assert.Equal("{\"type\":\"message\",\"parts\":[{\"type\":\"tool_result\",\"callId\":\"c\",\"name\":\"n\",\"text\":\"\"},{\"type\":\"tool_result\",\"callId\":\"d\",\"name\":\"n\",\"text\":\"kept\"}]}", System.Text.Encoding.UTF8.GetString(PrunedOutput.Without(line, pruned, ref scratch)));
        // Torn inside the text, and with its properties in another order.
        var torn = line.AsSpan(0, 1000);
        Assert.True(PrunedOutput.Without(torn, pruned, ref scratch) == torn);
        var other = System.Text.Encoding.UTF8.GetBytes("{\"type\":\"message\",\"parts\":[{\"type\":\"tool_result\",\"callId\":\"c\",\"text\":\"" + text + "\",\"name\":\"n\"}]}");
        Assert.True(PrunedOutput.Without(other, pruned, ref scratch) == other);
    }
}
