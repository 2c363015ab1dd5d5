using System.Runtime.InteropServices;
using DaemonRpc.Platform;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>Gives files to other users, which only root can.</summary>
internal static partial class Ownership
{
    public const string WhyRoot = "Only root can give a file to another user.";

    public static bool IsRoot => LibC.EffectiveUserId() == 0;

    public static void GiveAway(string path, uint user) => Assert.Equal(0, ChangeOwner(path, user, user));

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
