using System.Text;
using System.Text.Json;
using Sallyport.Engine.Events;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests;

/// <summary>The shapes that scripts and editors read.</summary>
public sealed class EventJsonTests
{
    [Fact]
    public void An_event_is_one_line_with_type_session_and_number()
    {
        var line = Encoding.UTF8.GetString(EventJson.Line(new ToolEnded("c1", "edit", "done\nwell", false, 12, new DiffDisplay([new FileDiff("a.cs", "@@ -1 +1 @@", 1, 1, "changed")])) { Session = "s1", Seq = 7 }));
        Assert.DoesNotContain('\n', line);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("tool_result", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("s1", json.RootElement.GetProperty("session").GetString());
        Assert.Equal(7, json.RootElement.GetProperty("seq").GetInt64());
        Assert.Equal("diff", json.RootElement.GetProperty("display").GetProperty("kind").GetString());
    }

    [Fact]
    public void A_finished_event_has_the_promised_fields()
    {
        var line = EventJson.Line(new Finished("ok", Outcome.Done, 2, new Usage(1, 2, 3, 4), null, 5, null) { Session = "s", Seq = 1 });
        using var json = JsonDocument.Parse(line);
        Assert.Equal("""["type","version","session","seq","result","outcome","turns","usage","costUsd","durationMs","error"]""",
            "[" + string.Join(",", json.RootElement.EnumerateObject().Select(p => $"\"{p.Name}\"")) + "]");
        Assert.Equal("done", json.RootElement.GetProperty("outcome").GetString());
    }

    [Fact]
    public void A_command_is_read_wherever_its_type_stands()
    {
        var command = JsonSerializer.Deserialize("""{"text":"hi","id":"7","type":"prompt"}""", EventJson.Default.SessionCommand);
        Assert.Equal(new Prompt("hi") { Id = "7" }, command);
    }
}
