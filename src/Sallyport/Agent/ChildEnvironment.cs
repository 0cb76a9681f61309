using System.Collections;
using Sallyport.Providers;

namespace Sallyport.Agent;

/// <summary>What commands get of our environment: everything but the credentials of providers.</summary>
internal static class ChildEnvironment
{
    public static Dictionary<string, string> OfThisProcess()
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if (!ProviderTable.CredentialVariables.Contains((string)variable.Key)) kept[(string)variable.Key] = (string?)variable.Value ?? "";
        return kept;
    }
}
