namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Amazon Web Services keys; identifiers as listed in the IAM user guide, "unique identifiers".</summary>
internal sealed class Aws : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("aws-access-key-id", "AWS access key id", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", entropy: 3, triggers: ["AKIA", "ASIA", "ABIA", "ACCA"]),
        Assigned("aws-secret-access-key", "AWS secret access key", ["aws_secret", "secret_access_key", "aws_key"], "[A-Za-z0-9/+]{40}", Severity.Critical, entropy: 4.1),
        Assigned("aws-session-token", "AWS session token", ["session_token", "security_token"], "(?:IQoJb3JpZ2lu|FwoG|FQoG|AQoD)[A-Za-z0-9/+]{80,2000}={0,2}", Severity.High, entropy: 4),
        Token("aws-bedrock-key", "Amazon Bedrock API key", "ABSK[A-Za-z0-9+/]{109,269}={0,2}", entropy: 4, boundary: ByteClass.Base64Body),
        Token("aws-bedrock-short-lived-key", "Amazon Bedrock short-lived key", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=_-]{20,4000}", Severity.High),
        Token("aws-appsync-key", "AWS AppSync API key", "da2-[a-z0-9]{26}", Severity.High, entropy: 3.5),
        Token("aws-mws-token", "Amazon MWS token", "amzn\\.mws\\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", entropy: 3),
        Token("aws-lwa-client-secret", "Login with Amazon client secret", "amzn1\\.oa2-cs\\.v1\\.[0-9a-f]{64}", entropy: 3),
    ];
}
