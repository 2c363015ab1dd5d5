using DaemonRpc.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.Logging;

/// <summary>Keeps the log of a daemon bounded, however long it lives: a full one is copied to <c>….log.1</c> and emptied.</summary>
/// <remarks>
/// Copied, not moved: the console's writers, native code and the handler's children have descriptors of their own, which would
/// go on with the moved file. They all append, so that after the emptying they write at the beginning.
/// </remarks>
internal sealed class LogRotation
{
    /// <summary>How large the log of a daemon may become.</summary>
    public const long Limit = 4 * 1024 * 1024;

    private readonly string _path;
    private readonly long _limit;
    private readonly Action<Action> _alone;
    private readonly ILogger _log;

    // Opened once, so that what is emptied is this file, whatever path and descriptors come to name.
    private readonly SafeFileHandle _file;

    /// <param name="path">The log.</param>
    /// <param name="limit">A log that is larger is full.</param>
    /// <param name="alone">Runs something while our own writers are held off.</param>
    /// <param name="log">Told what was done; it writes to the emptied log, as a rule.</param>
    /// <exception cref="IOException">The log cannot be opened.</exception>
    public LogRotation(string path, long limit, Action<Action> alone, ILogger log)
    {
        _path = path;
        _limit = limit;
        _alone = alone;
        _log = log;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>For the log that this process was started with. Null when it cannot be opened.</summary>
    public static LogRotation? OfThisProcess(string path, ILogger log)
    {
        try
        {
            return new LogRotation(path, Limit, ConsolePause.Run, log);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogMessages.LogNotEmptied(log, path, exception);
            return null;
        }
    }

    /// <summary>Makes room if the log is full. Never throws: a disk that is full must not end a daemon.</summary>
    /// <param name="descriptors">Who writes to it, as a rule: when none of them is the log, it is not this process's to empty.</param>
    public void Look(params ReadOnlySpan<int> descriptors)
    {
        FileIdentity? ours = IdentityOf(_file);
        bool writes = false;
        foreach (int descriptor in descriptors)
        {
            writes |= IsSame(FileIdentity.OfDescriptor(descriptor), ours);
        }

        try
        {
            if (writes && RandomAccess.GetLength(_file) is long length && length > _limit)
            {
                MakeRoom(length, isAtPath: IsSame(FileIdentity.OfPath(_path), ours));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogMessages.LogNotEmptied(_log, _path, exception);
        }
    }

    private void MakeRoom(long length, bool isAtPath)
    {
        // Moved or deleted by somebody, it is only emptied: the names may be a successor's by now.
        Exception? failure = isAtPath ? null : new FileNotFoundException("Another file, or none, is at its path.", _path);
        LogCopy? copy = null;
        try
        {
            copy = isAtPath ? new LogCopy(_file, _path + ".1") : null;

            // The most of it while others write, and once more what they wrote meanwhile, so that little is left for the end.
            copy?.Add(2 * _limit);
            copy?.Add(_limit);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception;
        }

        using (copy)
        {
            _alone(() =>
            {
                try
                {
                    if (failure is null)
                    {
                        copy?.Add(_limit);
                    }
                }
                catch (IOException exception)
                {
                    failure = exception;
                }

                // Bounded comes first: what could not be kept is given up.
                RandomAccess.SetLength(_file, 0);
            });
        }

        if (failure is null)
        {
            LogMessages.LogEmptied(_log, _path, length);
        }
        else
        {
            LogMessages.LogNotKept(_log, _path, length, failure);
        }
    }

    private static FileIdentity? IdentityOf(SafeFileHandle file) => FileIdentity.OfDescriptor((int)file.DangerousGetHandle());

    private static bool IsSame(FileIdentity? one, FileIdentity? other) =>
        one is { } left && other is { } right && left.Device == right.Device && left.Inode == right.Inode;
}
