using System.Globalization;
using System.Runtime.InteropServices;
using Sallyport.ModelHost;
using Sallyport.ModelServer;

// Sallyport.ModelHost SCRIPT.json [--port N]: prints its address, serves until it is ended, then says what it was asked.
var port = 0;
if (args is not ([_] or [_, "--port", _]) || (args.Length == 3 && !int.TryParse(args[2], NumberStyles.None, CultureInfo.InvariantCulture, out port)))
{
    Console.Error.WriteLine("usage: Sallyport.ModelHost SCRIPT.json [--port N]");
    return 2;
}
ModelScript script;
try
{
    script = ScriptFile.Read(args[0]);
}
catch (Exception e) when (e is IOException or FormatException or System.Text.Json.JsonException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{args[0]}: {e.Message}");
    return 2;
}
await WarmUp.Run();
await using var model = await ScriptedModel.Start(script, new ModelServerOptions { Port = port });
Console.WriteLine(model.Address);

var ended = new TaskCompletionSource();
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    ended.TrySetResult();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await ended.Task;
foreach (var entry in model.Journal.Entries)
    Console.Error.WriteLine($"{entry.Number} {entry.Method} {entry.Path} {entry.Status} step {entry.Asked?.Step} {entry.Body.Length} B in, {entry.Usage?.Read ?? 0} of {entry.Usage?.Input ?? 0} tokens cached{(entry.Refusal is { } why ? $": {why}" : "")}");
if (model.Journal.PrefixBreak() is { } cut) Console.Error.WriteLine(cut);
return 0;
