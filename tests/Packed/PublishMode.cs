namespace DaemonRpc.Packed;

/// <summary>How a program is made to reach its users.</summary>
internal enum PublishMode
{
    Native,
    Trimmed,
    Jit,
}
