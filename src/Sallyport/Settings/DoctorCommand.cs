using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sallyport.Gate;

namespace Sallyport.Settings;

/// <summary><c>sally doctor</c>: is everything here that a run needs?</summary>
internal sealed class DoctorCommand : ProgramCommand
{
    public override string Name => "doctor";

    public override string Summary => "is everything here that a run needs?";

    public override string Help(string[] path) => SettingsHelp.Doctor;

    public override Command Create()
    {
        var json = new Option<bool>("--json");
        var command = new Command(Name, Summary) { json };
        command.SetAction(async (result, cancellation) =>
        {
            var checks = await DoctorChecks.Run(Environment.CurrentDirectory, cancellation).ConfigureAwait(false);
            var ready = checks.TrueForAll(static check => check.State != CheckState.Failed);
            Output.Write(null, writer =>
            {
                if (result.GetValue(json)) Json(writer, checks, ready);
                else Text(writer, checks, ready);
            });
            return ready ? 0 : 1;
        });
        return command;
    }

    private static void Text(TextWriter writer, List<DoctorCheck> checks, bool ready)
    {
        foreach (var check in checks)
        {
            writer.WriteLine($"{Word(check.State),-8} {check.Name,-12} {Printable.Line(check.Text)}");
            if (check.Fix is not null) writer.WriteLine($"{"",-21} -> {Printable.Line(check.Fix)}");
        }
        writer.WriteLine(ready ? "ready" : "not ready: mend what failed");
    }

    private static void Json(TextWriter writer, List<DoctorCheck> checks, bool ready)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteBoolean("ready", ready);
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("state", Word(check.State));
                json.WriteString("text", check.Text);
                json.WriteString("fix", check.Fix);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string Word(CheckState state) => state switch { CheckState.Ok => "ok", CheckState.Warning => "warning", _ => "failed" };
}

internal enum CheckState { Ok, Warning, Failed }

/// <param name="Name">One word.</param>
/// <param name="State">A warning is no reason not to run.</param>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do; null when nothing.</param>
internal sealed record DoctorCheck(string Name, CheckState State, string Text, string? Fix = null);
