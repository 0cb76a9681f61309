namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>OpenAI keys: all carry the base64 of "OpenAI" in the middle.</summary>
internal sealed class OpenAi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("openai-api-key", "OpenAI API key", "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}", entropy: 3.5, triggers: ["T3BlbkFJ"], back: 23..23),
        Token("openai-project-key", "OpenAI project or service account key", "sk-(?:proj|svcacct|service|None)-(?:[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{58}|[A-Za-z0-9_-]{20}T3BlbkFJ[A-Za-z0-9_-]{20})", entropy: 3.5, triggers: ["sk-proj-", "sk-svcacct-", "sk-service-", "sk-None-"]),
        Token("openai-admin-key", "OpenAI admin key", "sk-admin-(?:[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58}T3BlbkFJ[A-Za-z0-9_-]{58}|[A-Za-z0-9_-]{20}T3BlbkFJ[A-Za-z0-9_-]{20})", entropy: 3.5),
    ];
}
