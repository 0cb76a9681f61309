namespace Sallyport.Engine.Settings;

/// <summary>Every setting there is.</summary>
public static class SettingKeys
{
    private static readonly Func<object, bool> Always = static _ => true;

    public static IReadOnlyList<SettingKey> All { get; } =
    [
        new("model", SettingKind.Text, "the model to ask, by name or tier", "\"standard\"") { Default = "standard", Option = "--model" },
        new("provider", SettingKind.Text, "whose model: anthropic, openai, openai-chat, gemini, or a name of \"providers\"", "\"anthropic\"") { Default = "the first that has a credential", Option = "--provider" },
        new("baseUrl", SettingKind.Text, "address of the provider's server", "\"http://127.0.0.1:8080/v1\"") { Default = "the provider's own", Option = "--base-url", NeedsTrust = Always, TrustNote = "always" },
        new("effort", SettingKind.Choice, "how long a model may think, where it can", "\"medium\"") { Words = ["low", "medium", "high"], Default = "the model's own", Option = "--effort" },
        new("tiers", SettingKind.Tiers, "names for models: the built-in fast, standard and deep, and your own", "{ \"review\": \"my-model\", \"cheap\": { \"provider\": \"local\", \"model\": \"small\" } }") { Default = "fast, standard, deep" },
        new("fallbackModels", SettingKind.List, "models to ask, in order, when the first cannot answer", "[\"fast\"]") { Default = "none" },
        new("providers", SettingKind.Providers, "servers of your own: kind (the wire), baseUrl, keyVariable (where its credential stands), models, trusted (false: it gets placeholders for the internal names of sallyport.json, too; also for a built-in one, by its name)", "{ \"local\": { \"kind\": \"openai-chat\", \"baseUrl\": \"http://127.0.0.1:11434/v1\", \"models\": [\"qwen3\"] } }") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("permissionMode", SettingKind.Choice, "what passes without a question", "\"edits\"") { Words = ["ask", "edits", "plan", "auto", "open"], Default = "ask", Option = "--permission-mode", NeedsTrust = static v => v is "edits" or "auto" or "open", TrustNote = "for edits, auto and open" },
        new("allow", SettingKind.Rules, "calls that pass without a question: a tool and, if wanted, a pattern", "[\"bash git status *\", \"edit src/**\"]") { Default = "none", Option = "--allow", NeedsTrust = Always, TrustNote = "always" },
        new("ask", SettingKind.Rules, "calls that are asked even when the mode would let them pass", "[\"bash git push *\"]") { Default = "none" },
        new("deny", SettingKind.Rules, "calls that are refused, whatever else says so", "[\"read .env\"]") { Default = "none", Option = "--deny" },
        new("sandbox", SettingKind.Choice, "whether commands run confined; on and the name of a form: it is there, or nothing runs", "\"on\"") { Words = ["on", "off", "bubblewrap", "landlock"], Default = "where the machine can", Option = "--sandbox", NeedsTrust = static v => v is "off" or "landlock", TrustNote = "for off and landlock" },
        new("network.allow", SettingKind.List, "hosts that confined commands may reach: a name, *.name for all below it, or name:port", "[\"registry.npmjs.org\", \"*.nuget.org\"]") { Default = "none: the network is closed", NeedsTrust = Always, TrustNote = "always" },
        new("network.credentials", SettingKind.Credentials, "credentials that confined commands use without having them, by the variable that holds a placeholder for each: hosts (of network.allow; TLS only), secret (where it is: env:NAME, file:PATH or keyring:SERVICE/ACCOUNT; without it the variable of the same name), header (without it Authorization)", "{ \"GITHUB_TOKEN\": { \"hosts\": [\"api.github.com\"], \"secret\": \"env:GITHUB_TOKEN\", \"header\": \"Authorization\" } }") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("mcpServers", SettingKind.Servers, "[MCP servers](mcp.md): command with args, env, cwd; or url with headers; and disabled, timeoutMs, tools (those that are offered). `${NAME}` takes a variable of yours", "{ \"docs\": { \"command\": \"npx\", \"args\": [\"-y\", \"some-server\"] }, \"web\": { \"url\": \"https://mcp.example/mcp\" } }") { Default = "none", Option = "--mcp-config", NeedsTrust = Always, TrustNote = "always" },
        new("addDirs", SettingKind.Folders, "further folders to work in; relative to the file's project or ~", "[\"../shared\"]") { Default = "none", Option = "--add-dir", NeedsTrust = Always, TrustNote = "always" },
        new("env", SettingKind.Texts, "variables of the commands that run", "{ \"CI\": \"1\" }") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("secrets.allow", SettingKind.List, "which secrets may go where: the kind that a placeholder names, and a host", "[\"github-token api.github.com\"]") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("passEnv", SettingKind.List, "variables that commands get although their names speak of a credential", "[\"NPM_TOKEN\"]") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("maxTurns", SettingKind.Whole, "model answers in one run, sub-agents included", "50") { Least = 1, Most = 1_000_000, Default = "no limit", Option = "--max-turns", NeedsTrust = Always, TrustNote = "always" },
        new("maxCost", SettingKind.Amount, "US dollars that one run may cost", "2.50") { Default = "no limit", Option = "--max-cost", NeedsTrust = Always, TrustNote = "always" },
        new("maxTokens", SettingKind.Whole, "tokens that one run may use, input and output together", "2000000") { Least = 1, Default = "no limit", Option = "--max-tokens", NeedsTrust = Always, TrustNote = "always" },
        new("attribution.commit", SettingKind.Flag, "whether commits made by the agent say so, in a line at the end of their message (`Assisted-by: Sallyport`)", "true") { Default = "true" },
        new("compaction.threshold", SettingKind.Fraction, "how full the context may be, from 0.3 to 0.95, before older parts are summarised", "0.8") { Least = 0.3m, Most = 0.95m, Default = "0.8" },
        new("retry.attempts", SettingKind.Whole, "how often a model is asked, the first time included, before the next one is or the run fails", "9") { Least = 1, Most = 100, Default = "9", NeedsTrust = Always, TrustNote = "always" },
        new("retry.firstSignSeconds", SettingKind.Whole, "seconds to wait for the first sign of an answer; models on this machine may read a long prompt for minutes", "300") { Least = 1, Most = 86_400, Default = "300", NeedsTrust = Always, TrustNote = "always" },
        new("retry.silenceSeconds", SettingKind.Whole, "seconds that a model may fall silent within an answer before it is asked again", "90") { Least = 1, Most = 86_400, Default = "90", NeedsTrust = Always, TrustNote = "always" },
        new("sessions.encrypt", SettingKind.Choice, "whether new sessions are encrypted on the disk, with the key in a file of the state folder or in the keyring", "\"keyring\"") { Words = ["off", "file", "keyring"], Default = "off", NeedsTrust = static v => v is "off", TrustNote = "for off" },
        new("retentionDays", SettingKind.Whole, "days that sessions are kept", "90") { Least = 1, Most = 36_500, Default = "kept", NeedsTrust = Always, TrustNote = "always" },
        new("ledger.witness", SettingKind.Text, "a folder, best on another machine, that receives a copy of every checkpoint of the ledger", "\"/mnt/witness\"") { Default = "none", NeedsTrust = Always, TrustNote = "always" },
        new("ledger.enabled", SettingKind.Flag, "whether decisions and departures are written down; counts in the managed settings only", "true") { Default = "true", NeedsTrust = Always, TrustNote = "always" },
    ];

    public static SettingKey? Find(string name)
    {
        foreach (var key in All) if (key.Name == name) return key;
        return null;
    }

    /// <summary>Whether keys begin with this and a dot.</summary>
    public static bool IsGroup(string name)
    {
        foreach (var key in All) if (key.Name.Length > name.Length && key.Name[name.Length] == '.' && key.Name.StartsWith(name, StringComparison.Ordinal)) return true;
        return false;
    }
}
