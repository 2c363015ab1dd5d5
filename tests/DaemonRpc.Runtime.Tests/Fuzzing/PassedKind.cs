using System.IO.Pipes;
using System.Net.Sockets;
using DaemonRpc.Platform;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>What a hostile client passes as a descriptor.</summary>
internal enum PassedKind
{
    /// <summary>A regular file with a few bytes, open for reading and writing.</summary>
    Regular,

    /// <summary>A file that was opened for reading only.</summary>
    Readonly,

    /// <summary>A file without an end.</summary>
    Zero,

    Null,

    Directory,

    /// <summary>A connected socket, with a few bytes and the end of its other direction.</summary>
    Socket,

    /// <summary>A connected socket whose other end is closed.</summary>
    Orphan,

    /// <summary>A socket that was never connected.</summary>
    Unconnected,

    Datagram,

    /// <summary>The end of a pipe from which bytes come.</summary>
    Pipe,

    /// <summary>The other end of a pipe.</summary>
    Sink,

    /// <summary>The end of a pipe from which bytes come, that does not block.</summary>
    Nonblocking,
}

/// <summary>The descriptors of one input, and their other ends, which are closed when the input ends.</summary>
internal sealed class PassedThings : IDisposable
{
    private static readonly byte[] s_few = "a few bytes"u8.ToArray();

    private readonly List<IDisposable> _open = [];

    public SafeFileHandle Create(PassedKind kind)
    {
        SafeFileHandle handle = Open(kind);
        _open.Add(handle);
        return handle;
    }

    public void Dispose()
    {
        _open.ForEach(static open => open.Dispose());
        _open.Clear();
    }

    private SafeFileHandle Open(PassedKind kind)
    {
        switch (kind)
        {
            case PassedKind.Regular:
                string path = Path.GetTempFileName();
                File.WriteAllBytes(path, s_few);
                SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
                File.Delete(path);
                return file;

            case PassedKind.Readonly:
                return File.OpenHandle("/proc/self/comm");

            case PassedKind.Zero:
                return File.OpenHandle("/dev/zero", FileMode.Open, FileAccess.ReadWrite);

            case PassedKind.Null:
                return File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);

            case PassedKind.Directory:
                return Own(LibC.Open("/", Constants.OpenReadOnly | Constants.OpenCloseOnExec, 0));

            case PassedKind.Socket or PassedKind.Orphan:
                UnixSocket near = SocketPair.Create(out int far);
                if (kind == PassedKind.Orphan)
                {
                    near.Dispose();
                    return Own(far);
                }

                _open.Add(near);
                Fill(near.Descriptor);
                _ = LibC.Shutdown(near.Descriptor, HostileClient.ShutdownSending);
                return Own(far);

            case PassedKind.Unconnected:
                return Own(LibC.Socket(Constants.LocalSocket, Constants.PrivateStream, 0));

            case PassedKind.Datagram:
                using (var datagram = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
                {
                    // Nobody can send to it. Whoever reads it would wait for ever, as docs/threats.md says.
                    _ = LibC.Shutdown((int)datagram.SafeHandle.DangerousGetHandle(), Constants.ShutdownBoth);
                    return DescriptorControl.Duplicate(datagram.SafeHandle);
                }

            default:
                using (var server = new AnonymousPipeServerStream(PipeDirection.Out))
                {
                    Fill((int)server.SafePipeHandle.DangerousGetHandle());
                    SafeFileHandle sink = DescriptorControl.Duplicate(server.SafePipeHandle);
                    SafeFileHandle source = DescriptorControl.Duplicate(server.ClientSafePipeHandle);
                    server.DisposeLocalCopyOfClientHandle();
                    _open.Add(kind == PassedKind.Sink ? source : sink);
                    if (kind == PassedKind.Nonblocking)
                    {
                        _ = LibC.FileControl((int)source.DangerousGetHandle(), Constants.SetFileFlags, Constants.NonBlocking);
                    }

                    return kind == PassedKind.Sink ? sink : source;
                }
        }
    }

    private static SafeFileHandle Own(int descriptor) => new(descriptor, ownsHandle: true);

    private static unsafe void Fill(int descriptor)
    {
        fixed (byte* few = s_few)
        {
            Assert.Equal(s_few.Length, (int)LibC.Write(descriptor, few, s_few.Length));
        }
    }
}
