using System.CommandLine;
using System.Globalization;
using System.Text;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary><c>sally sent</c>: exactly what a session sent, and to whom.</summary>
internal sealed class SentCommand : ProgramCommand
{
    public override string Name => "sent";

    public override string Summary => "what a session sent, and to whom";

    public override string Help(string[] path) => """
        sally sent [SESSION]          every request of a session: when, to whom, how much; without
                                      SESSION the last one of this folder
                                      and what its commands sent through the sandbox's proxy,
                                      of which only size and digest are known
          --text N                    the body of request N, byte for byte as it was sent
          --json                      all of them with their bodies, one object a line

        What was sent holds placeholders such as ⟦secret:aws-access-key-id:1⟧; the secrets
        that they stand for stayed here. In brackets: what the session had read by then.
        What agents of the session sent is among it.
        """;

    public override Command Create()
    {
        var session = new Argument<string?>("SESSION") { Arity = ArgumentArity.ZeroOrOne };
        var text = new Option<int?>("--text");
        var json = new Option<bool>("--json");
        var command = new Command(Name, Summary) { session, text, json };
        command.SetAction((result, _) => Task.FromResult(Run(result.GetValue(session), result.GetValue(text), result.GetValue(json))));
        return command;
    }

    private static int Run(string? id, int? number, bool json)
    {
        var transcript = id is null ? SessionFiles.Latest(Environment.CurrentDirectory) : SessionFiles.Find(id);
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
        var (count, bytes) = (0, 0L);
        foreach (var one in SentJournal.ReadAll(transcript))
        {
            count++;
            bytes += one.Bytes;
            if (number is { } wanted)
            {
                if (wanted != count) continue;
                if (one.Unseen) throw new SessionException($"number {wanted} is a connection of a command: what it said is not known, only its digest (sha256 {one.Sha256})");
                output.WriteLine(one.Text);
            }
            else if (json) output.WriteLine(one.Json());
            else
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count,4}  {one.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {one.Kind}  {Printable.Line(one.Target)}  {one.Bytes:N0} bytes  sha256 {one.Sha256[..12]}{(one.Labels.Count > 0 ? $"  [{string.Join(", ", one.Labels)}]" : "")}{(one.Agent is null ? "" : $"  (agent {one.Agent})")}{(one.IsWhole ? "" : "  (the record was changed)")}{(one.Unseen ? "  (by a command, not kept)" : "")}"));
            }
        }
        if (number is { } asked && (asked < 1 || asked > count)) throw new SessionException($"this session sent {count} requests: there is no number {asked}");
        if (number is null && !json) output.WriteLine(count == 0 ? "nothing was sent" : string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "request" : "requests")}, {bytes:N0} bytes"));
        return 0;
    }
}
