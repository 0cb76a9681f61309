using System.Globalization;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Recorded;

/// <summary>Plays a recording: the address is its file, with <c>?pace=1</c> behind it to take as long as it took.</summary>
internal sealed class RecordedKind : ProviderKind
{
    public override string Name => "recorded";

    public override string Title => "A recording";

    public override bool KeyIsOptional => true;

    public override Provider Create(ProviderOptions options)
    {
        var (path, pace) = (options.Address, 0.0);
        var at = path.LastIndexOf("?pace=", StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!double.TryParse(path.AsSpan(at + 6), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out pace))
                throw new ProviderException(ProviderFailure.Invalid, $"The pace of the recording must be a number: ?pace=1 is as it was, ?pace=2 twice as slow, without it all at once.");
            path = path[..at];
        }
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["cwd"] = Environment.CurrentDirectory };
        return new RecordedProvider(Recording.Load(path, values), pace, TimeProvider.System);
    }
}
