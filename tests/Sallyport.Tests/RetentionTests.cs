using Sallyport.Engine;
using Sallyport.Engine.Sessions;
using Sallyport.ModelServer;

namespace Sallyport.Tests;

/// <summary>Old sessions go when the settings say so: after a run, once a day, and never one that is in use.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Old_sessions_go_after_a_run_once_a_day()
    {
        using var door = new SessionsDoor();
        await using var model = await ScriptedModel.Start(new ModelScript { Last = new Step("Done.") });
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(door.Root, "config", "sallyport")).FullName, "settings.json"), """{ "retentionDays": 30 }""");
        var (old, young, busy) = (Make(door, "20200101-000000-00000001", 40), Make(door, "20200101-000000-00000002", 20), Make(door, "20200101-000000-00000003", 50));
        Assert.Equal(0, door.Run("sessions", "search", "words", "--all").Exit);

        using (Transcript.Append(busy, TimeProvider.System))
        {
            File.SetLastWriteTimeUtc(busy, DateTime.UnixEpoch);
            Assert.Equal(0, Prompted(door, model));
        }
        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(young), File.Exists(busy)));
        Assert.DoesNotContain("00000001", door.Run("sessions", "search", "words", "--all").Output, StringComparison.Ordinal);

        // It was looked at today.
        old = Make(door, "20200101-000000-00000004", 40);
        Assert.Equal(0, Prompted(door, model));
        Assert.True(File.Exists(old));
        File.SetLastWriteTimeUtc(Path.Combine(door.State, "purged"), DateTime.UnixEpoch);
        Assert.Equal(0, Prompted(door, model));
        Assert.False(File.Exists(old));
    }

    private static int Prompted(SessionsDoor door, ScriptedModel model) =>
        door.Run("-p", "hello", "--model", "scripted", "--provider", "anthropic", "--base-url", model.Address).Exit;

    private static string Make(SessionsDoor door, string id, int days)
    {
        var path = Path.Combine(door.State, "sessions", "made-1", id + ".jsonl");
        using (var transcript = Transcript.Create(path, TimeProvider.System))
        {
            transcript.Add(new SessionLine(1, id, door.Work, ""));
            transcript.Add(new MessageLine(1, "prompt", Message.User("some words")));
        }
        File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days));
        return path;
    }
}
