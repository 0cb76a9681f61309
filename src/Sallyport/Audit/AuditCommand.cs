using System.CommandLine;
using Sallyport.Agent;
using Sallyport.Gate;
using Sallyport.Guard;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary><c>sally audit</c>: what was decided and what left, and whether the record of it is whole.</summary>
internal sealed class AuditCommand : ProgramCommand
{
    public const int Intact = 0, Tampered = 1;

    public override string Name => "audit";

    public override string Summary => "what was decided and what left; is the record whole?";

    public override bool NeedsMore => true;

    public override string Help(string[] path) => AuditHelp.Page(path);

    public override Command Create() => new(Name, Summary) { Log(), VerifyCommand.Create(), Prove(), Export(), Key() };

    private static Command Log()
    {
        var filter = new EntryFilter();
        var limit = new Option<int>("--limit", "-n") { DefaultValueFactory = _ => 50 };
        var json = new Option<bool>("--json");
        var command = new Command("log", "entries, the last ones") { limit, json };
        filter.AddTo(command);
        command.SetAction((result, _) =>
        {
            var most = result.GetValue(limit);
            if (most <= 0) throw new UsageException("--limit: must be more than 0");
            var last = new Queue<LedgerRecord>();
            foreach (var record in filter.Of(result))
            {
                if (last.Count == most) last.Dequeue();
                last.Enqueue(record);
            }
            Output.Write(null, writer =>
            {
                foreach (var record in last) writer.WriteLine(result.GetValue(json) ? record.Line : EntryLine.Of(record));
            });
            if (last.Count == 0) Console.Error.WriteLine("sally: there is no such entry");
            return Task.FromResult(Intact);
        });
        return command;
    }

    private static Command Prove()
    {
        var entry = new Argument<long?>("ENTRY") { Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<long?>("--from");
        var check = new Option<string?>("--check");
        var key = new Option<string?>("--key");
        var output = new Option<string?>("--output", "-o");
        var command = new Command("prove", "proof for somebody else that an entry is in the ledger") { entry, from, check, key, output };
        command.SetAction((result, cancellation) =>
        {
            var (wanted, old, file) = (result.GetValue(entry), result.GetValue(from), result.GetValue(check));
            if ((wanted is null ? 0 : 1) + (old is null ? 0 : 1) + (file is null ? 0 : 1) != 1) throw new UsageException("name an ENTRY, or --from SIZE, or --check FILE (try: sally audit prove --help)");
            if (file is not null) return Task.FromResult(Check(file, result.GetValue(key) ?? throw new UsageException("--check needs the ledger's key from somewhere safe (--key)")));
            var options = LedgerPlace.ToRead(null);
            if (!Directory.Exists(options.Folder)) throw new GuardException($"there is no ledger in {options.Folder}");
            using (var ledger = Ledger.Open(options)) ledger.Checkpoint();
            var proof = wanted is { } number ? LedgerProof.Inclusion(options, number, cancellation) : LedgerProof.Consistency(options, old!.Value, cancellation);
            Output.Write(result.GetValue(output), writer => writer.Write(proof));
            return Task.FromResult(Intact);
        });
        return command;
    }

    private static int Check(string file, string key)
    {
        var verifier = VerifierKey.Parse(key) ?? throw new UsageException("--key: not a key; it looks like NAME+HASH+BASE64 (see: sally audit key)");
        if (!File.Exists(file)) throw new UsageException($"{file}: no such file");
        if (LedgerProof.Check(File.ReadAllText(file), verifier) is not { } record)
        {
            Console.Error.WriteLine($"sally: {Printable.Line(file)} proves nothing: it was changed, or is of another ledger");
            return Tampered;
        }
        Console.Out.WriteLine($"proved: {EntryLine.Of(record)}");
        return Intact;
    }

    private static Command Export()
    {
        var filter = new EntryFilter();
        var format = new Option<string>("--format", "-f") { DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "csv", "cef");
        var output = new Option<string?>("--output", "-o");
        var command = new Command("export", "entries for other programs") { format, output };
        filter.AddTo(command);
        command.SetAction((result, _) =>
        {
            var records = filter.Of(result);
            Output.Write(result.GetValue(output), writer =>
            {
                switch (result.GetValue(format))
                {
                    case "csv": EntryExport.Csv(writer, records); break;
                    case "cef": EntryExport.Cef(writer, records); break;
                    default: EntryExport.Json(writer, records); break;
                }
            });
            return Task.FromResult(Intact);
        });
        return command;
    }

    private static Command Key()
    {
        var command = new Command("key", "the public key of the ledger");
        command.SetAction((_, _) =>
        {
            using var ledger = Ledger.Open(LedgerPlace.ToRead(null));
            Console.Out.WriteLine(ledger.Key);
            return Task.FromResult(Intact);
        });
        return command;
    }
}
