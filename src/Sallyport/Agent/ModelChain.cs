using Sallyport.Engine.Models;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Turns;
using Sallyport.Providers;

namespace Sallyport.Agent;

/// <summary>Which models a run asks, in order: the one that was chosen, then the fallbacks of the settings.</summary>
internal static class ModelChain
{
    /// <summary>Throws <see cref="UsageException"/> when there is no usable model; the message says what to set.</summary>
    /// <param name="settings">Of the run.</param>
    /// <param name="kind">Of agent that the run is; its model is asked where the command line names none.</param>
    /// <param name="http">To look for servers on this machine.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async Task<IReadOnlyList<ModelChoice>> Choose(RunSettings settings, AgentKind? kind, HttpMessageInvoker http, CancellationToken cancellation)
    {
        try
        {
            var source = Source.Of(settings, http);
            var chain = new List<ModelChoice>();
            if (kind?.Model is { } own && settings["model"]?.Layer != LayerKind.Flags && await source.OrNull(own, cancellation).ConfigureAwait(false) is { } first) chain.Add(first);
            else chain.Add(await source.One(settings.Model, settings.Provider, settings.BaseUrl, cancellation).ConfigureAwait(false));
            foreach (var fallback in settings.FallbackModels) chain.Add(await source.Named(fallback, cancellation).ConfigureAwait(false));
            return chain;
        }
        catch (Exception e) when (e is ProviderException or FormatException)
        {
            throw new UsageException(e.Message, e);
        }
    }

    /// <summary>The model of a name or tier; null where there is none such.</summary>
    public static async Task<ModelChoice?> Find(RunSettings settings, HttpMessageInvoker http, string model, CancellationToken cancellation)
    {
        try
        {
            return await Source.Of(settings, http).OrNull(model, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ProviderException or FormatException)
        {
            return null;
        }
    }

    private sealed class Source(RunSettings settings, ModelCatalogue catalogue, CredentialStore credentials, HttpMessageInvoker http)
    {
        public static Source Of(RunSettings settings, HttpMessageInvoker http) => new(settings,
            ModelCatalogue.Load(Path.Combine(SettingsPaths.ConfigFolder(), "models.json")),
            new CredentialStore(Path.Combine(SettingsPaths.ConfigFolder(), "credentials.json"), Environment.GetEnvironmentVariable), http);

        /// <summary>A model beside the first one: of the same server, unless its tier names another.</summary>
        public Task<ModelChoice> Named(string model, CancellationToken cancellation)
        {
            var provider = settings.Tiers.TryGetValue(model, out var tier) ? tier.Provider ?? settings.Provider : settings.Provider;
            return One(model, provider, provider == settings.Provider ? settings.BaseUrl : null, cancellation);
        }

        public async Task<ModelChoice?> OrNull(string model, CancellationToken cancellation)
        {
            try
            {
                return await Named(model, cancellation).ConfigureAwait(false);
            }
            catch (UsageException)
            {
                return null;
            }
        }

        public async Task<ModelChoice> One(string? model, string? provider, string? address, CancellationToken cancellation)
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
}
