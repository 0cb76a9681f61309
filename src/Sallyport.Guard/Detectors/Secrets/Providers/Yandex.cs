namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Yandex Cloud tokens (Yandex Cloud documentation).</summary>
internal sealed class Yandex : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("yandex-access-token", "Yandex Cloud IAM token", "t1\\.[A-Za-z0-9_-]{1,400}={0,2}\\.[A-Za-z0-9_-]{86}={0,2}", entropy: 4),
        Token("yandex-api-key", "Yandex Cloud API key", "AQVN[A-Za-z0-9_-]{35,38}", entropy: 4, boundary: ByteClass.Base64Body),
        Token("yandex-oauth-token", "Yandex OAuth token", "y[0-3]_[A-Za-z0-9_-]{55,58}", entropy: 3.8, triggers: ["y0_", "y1_", "y2_", "y3_"]),
        Assigned("yandex-aws-access-token", "Yandex Cloud static access key", ["yandex", "yc_"], "YC[A-Za-z0-9_-]{38}", entropy: 3.5),
    ];
}
