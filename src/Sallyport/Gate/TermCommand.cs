using System.CommandLine;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary><c>sally gate term add</c>: an internal name that must not leave, kept as a keyed digest.</summary>
internal static class TermCommand
{
    public static Command Create()
    {
        var term = new Argument<string>("TERM");
        var plain = new Option<bool>("--plain");
        var policy = GateCommand.PolicyOption();
        var add = new Command("add", "an internal name that must not leave") { term, plain, policy };
        add.SetAction((result, _) =>
        {
            var word = result.GetValue(term)!;
            if (word == "-") word = Console.In.ReadLine() ?? "";
            var file = PolicyChoice.ToEdit(result.GetValue(policy));
            var after = "";
            var before = PolicyEdit.Apply(file, text => after = PolicyEditor.AddTerm(text, word, result.GetValue(plain)));
            var had = before is null ? Policy.Default : PolicyFile.Parse(System.Text.Encoding.UTF8.GetBytes(before));
            var has = PolicyFile.Parse(System.Text.Encoding.UTF8.GetBytes(after));
            Console.Out.WriteLine(before == after ? $"{Printable.Line(file)}: the term is already there" : $"{Printable.Line(file)}: {has.Terms.Plain.Count + has.Terms.Hashed.Count} terms");
            if (had.Key is null && has.Key is not null && had.Waivers.Count > 0)
                Console.Error.WriteLine("sally: the policy has a key now, so fingerprints change: check again and renew the waivers");
            return Task.FromResult(GateExit.Clean);
        });
        return new Command("term", "internal names") { add };
    }
}
