namespace DaemonRpc.CodeFixes;

/// <summary>The ids of the diagnostics that have a fix. The analyzer, which is in another assembly, reports them.</summary>
internal static class FixedIds
{
    public const string ReturnTypeMustBeAsync = "DRPC007";
    public const string MethodIdMustBeUnique = "DRPC011";
    public const string InheritedMethodsMustAgree = "DRPC014";
    public const string MethodTakesNoToken = "DRPC016";
    public const string TypeIsUnknown = "DRPC102";
    public const string ContractGrows = "DRPC401";
    public const string ContractBreaks = "DRPC402";
    public const string MethodIsMissing = "DRPC403";
}
