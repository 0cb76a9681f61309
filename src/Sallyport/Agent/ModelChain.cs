using Sallyport.Engine.Models;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Turns;
using Sallyport.Providers;

namespace Sallyport.Agent;

/// <summary>Which models a run asks, in order: the one that was chosen, then the fallbacks of the settings.</summary>
internal static class ModelChain
{
    /// <summary>Throws <see cref="UsageException"/> when there is no usable model; the message says what to set.</summary>
    public static async Task<IReadOnlyList<ModelChoice>> Choose(RunSettings settings, HttpMessageInvoker http, CancellationToken cancellation)
    {
        try
        {
            var catalogue = ModelCatalogue.Load(Path.Combine(SettingsPaths.ConfigFolder(), "models.json"));
            var credentials = new CredentialStore(Path.Combine(SettingsPaths.ConfigFolder(), "credentials.json"), Environment.GetEnvironmentVariable);
            var chain = new List<ModelChoice> { await One(settings.Model, settings.Provider, settings.BaseUrl).ConfigureAwait(false) };
            foreach (var fallback in settings.FallbackModels)
            {
                // The same server, unless the tier names another.
                var provider = settings.Tiers.TryGetValue(fallback, out var tier) ? tier.Provider ?? settings.Provider : settings.Provider;
                chain.Add(await One(fallback, provider, provider == settings.Provider ? settings.BaseUrl : null).ConfigureAwait(false));
            }
            return chain;

            async Task<ModelChoice> One(string? model, string? provider, string? address)
            {
                if (model is not null && settings.Tiers.TryGetValue(model, out var tier)) (model, provider) = (tier.Model, tier.Provider ?? provider);
                Func<string, string?> environment = Environment.GetEnvironmentVariable;
                var own = provider is null ? null : settings.Providers.GetValueOrDefault(provider);
                if (own is not null && !own.IsRemarkOn(provider!))
                {
                    var kind = ProviderTable.Kind(own.Kind) ?? throw new UsageException($"providers.{provider}: there is no kind \"{own.Kind}\"");
                    environment = name => kind.KeyVariables.Contains(name) ? own.KeyVariable is null ? null : Environment.GetEnvironmentVariable(own.KeyVariable) : Environment.GetEnvironmentVariable(name);
                    (provider, address, model) = (own.Kind, address ?? own.BaseUrl, model ?? (own.Models.Count > 0 ? own.Models[0] : null));
                }
                var choice = await new ProviderTable(http, catalogue, environment, credentials).Choose(provider, address, cancellation).ConfigureAwait(false);
                var facts = catalogue.Resolve(model ?? choice.Model, choice.Kind.Name)
                    ?? throw new UsageException($"{choice.Kind.Title} has no model for the tier \"{model ?? "standard"}\": name one with --model");
                // Marked by its own name, else by that of its kind.
                var trusted = own?.Trusted ?? settings.Providers.GetValueOrDefault(choice.Kind.Name)?.Trusted ?? true;
                return new ModelChoice(choice.Provider, facts) { IsTrusted = trusted };
            }
        }
        catch (Exception e) when (e is ProviderException or FormatException)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
