namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Microsoft Azure and Entra credentials: identifiable keys as in Microsoft's security-utilities patterns, and connection string fields.</summary>
internal sealed class Azure : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("azure-ad-client-secret", "Entra (Azure AD) client secret", "[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", entropy: 3, triggers: ["0Q~", "1Q~", "2Q~", "3Q~", "4Q~", "5Q~", "6Q~", "7Q~", "8Q~", "9Q~"], back: 3..3, boundary: ByteClass.Of("[A-Za-z0-9_~.-]")),
        Assigned("azure-storage-key", "Azure storage account key", ["account_key", "storage_key", "storage_account", "azure_storage", "cosmos", "documentdb", "primary_key", "azurewebjobs"], "[A-Za-z0-9+/]{86}==", Severity.Critical, entropy: 4.5),
        Token("azure-storage-identifiable-key", "Azure storage account key", "[A-Za-z0-9+/]{76}\\+ASt[A-Za-z0-9+/]{5}[AQgw]==", entropy: 4, triggers: ["+ASt"], back: 76..76, boundary: ByteClass.Base64Body),
        Token("azure-cosmos-key", "Azure Cosmos DB key", "[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{5}[AQgw]==", entropy: 4, triggers: ["ACDb"], back: 76..76, boundary: ByteClass.Base64Body),
        Token("azure-batch-key", "Azure Batch key", "[A-Za-z0-9+/]{76}\\+ABa[A-Za-z0-9+/]{5}[AQgw]==", entropy: 4, triggers: ["+ABa"], back: 76..76, boundary: ByteClass.Base64Body),
        Token("azure-service-bus-key", "Azure Service Bus or Event Hubs key", "[A-Za-z0-9+/]{33}(?:\\+ASb|\\+AEh|\\+ARm|AIoT)[A-Za-z0-9+/]{6}=", entropy: 4, triggers: ["+ASb", "+AEh", "+ARm", "AIoT"], back: 33..33, boundary: ByteClass.Base64Body),
        Assigned("azure-shared-access-key", "Azure shared access key", ["shared_access_key", "service_bus", "event_hub", "iothub"], "[A-Za-z0-9+/]{43}=", Severity.Critical, entropy: 4),
        Token("azure-sas-signature", "Azure shared access signature", "sig=(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9%]{40,70}%3[dD])", Severity.High, entropy: 4),
        Token("azure-devops-pat", "Azure DevOps personal access token", "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}", entropy: 3.5, triggers: ["AZDO"], back: 76..76),
        Assigned("azure-devops-classic-pat", "Azure DevOps personal access token", ["azure_devops", "azdo", "system_accesstoken", "vsts", "ado_pat"], "[a-z2-7]{52}", Severity.Critical, entropy: 3.5),
        Token("azure-functions-key", "Azure Functions key", "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==", entropy: 4, triggers: ["AzFu"], back: 44..44),
        Token("azure-search-key", "Azure AI Search key", "[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}", entropy: 4, triggers: ["AzSe"], back: 42..42),
        Token("azure-container-registry-key", "Azure container registry password", "[A-Za-z0-9+/]{42}\\+ACR[A-D][A-Za-z0-9]{5}", entropy: 4, triggers: ["+ACR"], back: 42..42, boundary: ByteClass.Base64Body),
        Token("azure-cognitive-key", "Azure AI services key", "[A-Za-z0-9]{52}JQQJ9[A-Z0-9][A-Za-z0-9]{26}", entropy: 4, triggers: ["JQQJ9"], back: 52..52),
        Assigned("azure-openai-key", "Azure AI services key", ["azure_openai", "ocp-apim-subscription-key", "cognitive", "apim_"], "[0-9a-f]{32}", entropy: 3, named: true),
    ];
}
