using System.Text;
using DaemonRpc.Tool.Output;

namespace DaemonRpc.Tool.Logs;

/// <summary>Writes a log's bytes to standard output: as they are, or, to a terminal, without what could command it.</summary>
internal sealed class LogText
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _characters = [];

    public void Write(ReadOnlySpan<byte> bytes) => StandardOutput.Write(StandardOutput.IsTerminal ? Plain(bytes) : bytes);

    private byte[] Plain(ReadOnlySpan<byte> bytes)
    {
        int most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        _characters = _characters.Length < most ? new char[most] : _characters;
        int length = _decoder.GetChars(bytes, _characters, flush: false);
        foreach (ref char character in _characters.AsSpan(0, length))
        {
            character = char.IsControl(character) && character is not ('\n' or '\t') ? ' ' : character;
        }

        return Encoding.UTF8.GetBytes(_characters, 0, length);
    }
}
