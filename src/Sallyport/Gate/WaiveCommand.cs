using System.CommandLine;
using System.Globalization;
using Sallyport.Audit;
using Sallyport.Guard;
using Sallyport.Guard.Audit;

namespace Sallyport.Gate;

/// <summary><c>sally gate waive</c>: accepts one finding for a while.</summary>
internal static class WaiveCommand
{
    public static Command Create()
    {
        var fingerprint = new Argument<string>("FINGERPRINT");
        var reason = new Option<string>("--reason") { Required = true };
        var until = new Option<string>("--until") { Required = true };
        var owner = new Option<string>("--owner") { Required = true };
        var policy = GateCommand.PolicyOption();
        var command = new Command("waive", "accept one finding for a while") { fingerprint, reason, until, owner, policy };
        command.SetAction((result, _) =>
        {
            var day = result.GetValue(until)!;
            if (!DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) throw new GuardException($"\"{day}\" is not a date; write it as 2027-01-31 (--until)");
            if (date < DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)) throw new GuardException($"{day} is over; name a day that is still to come (--until)");
            var file = PolicyChoice.ToEdit(result.GetValue(policy));
            var waiver = new Waiver(result.GetValue(fingerprint)!, result.GetValue(reason)!, result.GetValue(owner)!, date);
            PolicyEdit.Apply(file, text => PolicyEditor.AddWaiver(text, waiver));
            LedgerPen.Note(LedgerEntry.Of(waiver, Path.GetFullPath(file)));
            Console.Out.WriteLine($"{Printable.Line(file)}: {waiver.Fingerprint} is waived until {day}");
            return Task.FromResult(GateExit.Clean);
        });
        return command;
    }
}
