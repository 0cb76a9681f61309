namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>IBM Cloud API keys, known by name.</summary>
internal sealed class IbmCloud : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("ibm-cloud-api-key", "IBM Cloud API key", ["ibmcloud", "ibm_cloud", "ibm_api", "bluemix", "watson"], "[A-Za-z0-9_-]{44}", Severity.Critical, entropy: 3.8, named: true),
    ];
}
