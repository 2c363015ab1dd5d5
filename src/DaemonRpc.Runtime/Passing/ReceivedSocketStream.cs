using System.Net.Sockets;
using DaemonRpc.Platform;

namespace DaemonRpc.Passing;

/// <summary>A stream of the caller's, copied by its process. The end of the caller's process is not taken for the end of the stream.</summary>
internal sealed class ReceivedSocketStream(Socket socket, FileAccess access) : NetworkStream(socket, access, ownsSocket: true)
{
    public override int Read(byte[] buffer, int offset, int count) => Checked(base.Read(buffer, offset, count), count);

    public override int Read(Span<byte> buffer) => Checked(base.Read(buffer), buffer.Length);

    public override async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await ReadAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    /// <summary>Returns the number of bytes read.</summary>
    /// <exception cref="IOException">Nothing was read because the other end is closed, not because the caller's stream has ended.</exception>
    private int Checked(int count, int wanted) => count == 0 && wanted > 0 && UnixSocket.IsHungUp((int)Socket.Handle)
        ? throw new IOException("The caller of this task has gone, or has given up the call, before its stream ended.")
        : count;
}
