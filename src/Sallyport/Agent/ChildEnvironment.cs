using System.Collections;
using Sallyport.Providers;

namespace Sallyport.Agent;

/// <summary>What commands get of our environment: everything but the credentials of providers.</summary>
internal static class ChildEnvironment
{
    public static Dictionary<string, string> OfThisProcess(IReadOnlyDictionary<string, string>? added = null)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (!ProviderTable.CredentialVariables.Contains((string)variable.Key)) kept[(string)variable.Key] = (string?)variable.Value ?? "";
        if (added is not null) foreach (var (name, value) in added) kept[name] = value;
        return kept;
    }
}
